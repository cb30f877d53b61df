// How a durable actor receives messages, commands, queries and pages.
#include "actors/client/local_client.hpp"
#include "actors/durable_actor/commands.hpp"
#include "actors/durable_actor/durable_actor_host.hpp"
#include "actors/messages.hpp"
#include "actors/store/messages.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

bool is_command(const message& m) { return m.kind == message_kind::enqueued && m.name == command_queue; }

}  // namespace

// Commands wait in their queue, those for a later time among the other messages. A page brings a command that comes
// before the store has answered.
void durable_actor_host::receive(message content) {
  if (in_state<leaving_memory>()) return send(dispatcher_, deliver{std::move(content)});
  if (!is_command(content)) {
    (void)inbox_->receive(std::move(content));
  } else if (auto* asked = std::get_if<loading>(&state_)) {
    asked->is_to_be_repeated = true;
  } else if (in_state<idle>() && !record_.is_stored()) {
    load();  // somebody else has made it
  } else {
    inbox_->queues().push(std::move(content));
  }
  next();
}

void durable_actor_host::receive_loaded(std::vector<message> rows) {
  for (const message& each : rows)
    if (each.kind == message_kind::timer_due && each.source != 0) effects_.know_timer(each);
  std::vector<message> later = inbox_->receive_loaded(std::move(rows), context_->horizon->load());
  if (!later.empty()) send(dispatcher_, deliver_many{std::move(later)});
}

// Behind a command that is in the store only, it would be applied too early, and behind one that awaits something it
// would wait for long without being durable: then its client sends it by the store.
void durable_actor_host::receive(ask_here command) {
  if (in_state<leaving_memory>()) return send(dispatcher_, std::move(command));
  const bool is_coming = in_state<loading>() || in_state<on_probation>();
  const bool is_whole = !inbox_->queues().lacks(command_queue_name()) && !inbox_->queues().is_asked();
  if (draining_ || awaiting_ || !(is_coming || is_whole))
    return context_->client->ask_through_store(std::move(command));
  waiting_command waiting;
  waiting.content.command = std::move(command.what.command);
  waiting.content.input = std::move(command.what.input);
  waiting.content.id = std::move(command.what.id);
  waiting.bytes = waiting.content.input.size();
  waiting.is_answered = command.what.is_answered;
  waiting.answered = std::move(command.done);
  local_.push_back(std::move(waiting));
  request_turn();
}

void durable_actor_host::receive(query_here query) {
  if (in_state<leaving_memory>()) return send(dispatcher_, std::move(query));
  queries_.push_back(std::move(query));
  next();
}

void durable_actor_host::ask_for_pages() {
  if (!record_.is_stored()) return;
  if (inbox_->queues().lacks(command_queue_name()))
    send(context_->store_executor, queue_request{record_.id, record_.life, command_queue_name(),
                                                 inbox_->queues().ask(command_queue_name())});
  if (!inbox_->may_read_page()) return;
  inbox_->unread().ask();
  send(context_->store_executor, queue_request{record_.id, record_.life, std::nullopt, 0});
}

// A page that could not be read while a turn is committed is asked for again after the turn.
void durable_actor_host::take_page(queue_loaded answer) {
  if (in_state<leaving_memory>() || in_state<loading>()) return;
  if (!answer.page) {
    if (!in_state<committing>()) return leave(leave_reason::broken, answer.page.error().message);
    if (answer.queue) return inbox_->queues().forget(*answer.queue);
    for (message& each : inbox_->unread().answered(true)) inbox_->unread().leave_in_store(std::move(each));
    return;
  }
  if (answer.queue) {
    inbox_->queues().answer(*answer.queue, answer.number, *std::move(answer.page));
  } else {
    std::vector<message> meanwhile = inbox_->unread().answered(answer.page->more);
    receive_loaded(std::move(answer.page->messages));
    for (message& each : meanwhile) (void)inbox_->receive(std::move(each));
  }
  next();
}

}  // namespace duroxide::internal
