// How messages come to an instance: one by one, with the load, or in pages from the store.
#include "actors/instance/instance.hpp"
#include "actors/store/messages.hpp"

namespace duroxide::internal {

void instance::receive(message content) {
  if (state_.holds<instance_states::leaving>()) return send(dispatcher_, deliver{std::move(content)});
  switch (inbox_.receive(std::move(content))) {
  case instance_inbox::reception::known: return;
  case instance_inbox::reception::kept: return request_turn();
  case instance_inbox::reception::left:
    if (inbox_.arrived().empty()) request_pages_or_turn();
  }
}

void instance::receive(start_here start) {
  if (state_.holds<instance_states::leaving>()) return send(dispatcher_, std::move(start));
  if (record_.is_stored()) return start_if_deleted(dispatcher_, context_->store_executor, std::move(start));
  callers_.add(std::move(start));
}

// The dispatcher holds those that are due later, unless it has let one go as due, to nobody, and the clock has
// been set back since.
void instance::receive_loaded(std::vector<message> rows) {
  for (const message& each : rows)
    if (each.kind == message_kind::timer_due && each.execution == record_.status.execution)
      effects_.know_timer(each);
  std::vector<message> later = inbox_.receive_loaded(std::move(rows), context_->horizon->load());
  if (!later.empty()) send(dispatcher_, deliver_many{std::move(later)});
}

void instance::ask_for_pages() {
  for (const std::string& queue : execution_->awaited_queues())
    if (inbox_.queues().lacks(queue))
      send(context_->store_executor,
           queue_request{record_.id, record_.life, queue, inbox_.queues().ask(queue)});
  if (!inbox_.may_read_page()) return;
  inbox_.unread().ask();
  send(context_->store_executor, queue_request{record_.id, record_.life, std::nullopt, 0});
}

// A page that could not be read while a turn is committed is asked for again after the turn.
void instance::take_page(queue_loaded answer) {
  if (state_.holds<instance_states::leaving>()) return;
  if (!answer.page) {
    if (!state_.holds<instance_states::committing>())
      return leave(leave_reason::broken, answer.page.error().message);
    if (answer.queue) return inbox_.queues().forget(*answer.queue);
    for (message& each : inbox_.unread().answered(true)) inbox_.unread().leave_in_store(std::move(each));
    return;
  }
  if (answer.queue) {
    inbox_.queues().answer(*answer.queue, answer.number, *std::move(answer.page));
    if (auto* idle = state_.get_if<instance_states::idle>(); idle && !inbox_.queues().is_asked())
      idle->awaits_queues = false;
  } else {
    std::vector<message> meanwhile = inbox_.unread().answered(answer.page->more);
    receive_loaded(std::move(answer.page->messages));
    for (message& each : meanwhile) receive(std::move(each));
  }
  request_pages_or_turn();
}

}  // namespace duroxide::internal
