// How messages come to an instance: one by one, or in pages from the store.
#include "actors/instance/instance.hpp"
#include "actors/instance/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>

namespace duroxide::internal {

void instance::receive(message arrived) {
  if (leaving_) return send(dispatcher_, deliver{std::move(arrived)});
  if (arrived.id != 0 && loaded_ids_.erase(arrived.id) > 0) return;
  if (is_to_be_left(arrived)) return leave_to_store(std::move(arrived));
  arrived_bytes_ += arrived.data.size();
  arrived_.push_back(std::move(arrived));
  request_turn();
}

// Whether a page of the inbox would bring it. It is not known before the instance is loaded.
bool instance::is_in_inbox(const message& m) const {
  if (m.id == 0) return false;
  return m.kind != message_kind::enqueued || !execution_ ||
         limits::records_queues_on_arrival(history_format_);
}

// What is for a later life shows that this one is over. What starts or cancels an instance that waits for its
// time must not wait for it.
bool instance::is_to_be_left(const message& m) const {
  if (m.id == 0 || (life_ != 0 && m.life != 0 && m.life != life_)) return false;
  const bool is_urgent = m.kind == message_kind::start || m.kind == message_kind::cancel;
  if (is_urgent && (awaits_start_ || !execution_)) return false;
  return arrived_bytes_ >= unread_inbox::most_bytes || (is_in_inbox(m) && !unread_.is_whole());
}

void instance::leave_to_store(message arrived) {
  if (is_in_inbox(arrived))
    unread_.leave(std::move(arrived));
  else
    waiting_.leave(std::move(arrived));
  if (arrived_.empty()) look_further();
}

// In a tree that is cancelled all at once, a child may end before its parent has been told: that is no
// failure of the parent.
void instance::let_cancels_go_first() {
  std::ranges::stable_partition(arrived_, [](const message& m) { return m.kind == message_kind::cancel; });
}

void instance::weigh_arrived() {
  arrived_bytes_ = 0;
  for (const message& each : arrived_) arrived_bytes_ += each.data.size();
}

void instance::ask_for_pages() {
  for (const std::string& queue : execution_->awaited_queues())
    if (waiting_.lacks(queue))
      send(context_->store_executor, queue_request{id_, life_, queue, waiting_.ask(queue)});
  if (!unread_.lacks() || std::ranges::any_of(arrived_, [this](const message& m) { return is_in_inbox(m); }))
    return;
  unread_.ask();
  send(context_->store_executor, queue_request{id_, life_, std::nullopt, 0});
}

void instance::take_page(queue_loaded answer) {
  if (leaving_) return;
  if (!answer.page && !in_flight_) return leave(leave_reason::broken, answer.page.error().message);
  if (!answer.page) {  // it is asked for after the turn
    if (answer.queue) return waiting_.forget(*answer.queue);
    for (message& each : unread_.answered(true)) unread_.leave(std::move(each));
    return;
  }
  if (answer.queue)
    waiting_.answer(*answer.queue, answer.number, *std::move(answer.page));
  else
    take_inbox_page(*std::move(answer.page));
  look_further();
}

void instance::take_inbox_page(queue_page page) {
  std::vector<message> meanwhile = unread_.answered(page.more);
  take_inbox(std::move(page.messages));
  for (message& each : meanwhile) receive(std::move(each));
}

}  // namespace duroxide::internal
