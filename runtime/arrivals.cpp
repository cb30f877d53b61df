// What becomes of messages: they enter history, and the code gets to see them.
#include "runtime/event_matching.hpp"
#include "runtime/event_members.hpp"
#include "runtime/execution.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

// The kind of schedule event that a completion answers.
event_kind answered_kind(event_kind completion) {
  switch (completion) {
  case event_kind::timer_fired: return event_kind::timer_created;
  case event_kind::sub_orchestration_completed:
  case event_kind::sub_orchestration_failed: return event_kind::sub_orchestration_scheduled;
  default: return event_kind::activity_scheduled;
  }
}

}  // namespace

void execution::take(const message& next, backlog& waiting) {
  ++this_turn().taken;
  if (next.kind == message_kind::enqueued && !records_on_arrival())
    waiting.push(next);
  else
    take_arrival(next);
  take_from(waiting);
}

// What the code asks for in response to one arrival does not come on top of all that it has asked for in
// response to others.
bool execution::has_room() const {
  return turn_bytes_ < limits::batch_bytes && response_bytes() <= options_.turn_limit;
}

void execution::take_arrival(const message& arrived) {
  bytes_before_response_ = turn_bytes_;
  const bool is_late = cancel_reason_.has_value();  // what comes behind a cancellation
  if (is_late || (arrived.execution != 0 && arrived.execution != identity_.execution)) {
    this_turn().discarded.push_back(arrived.id);
    return;
  }
  if (arrived.kind == message_kind::cancel) {
    this_turn().consumed.push_back(arrived.id);
    history_event requested;
    requested.kind = event_kind::cancel_requested;
    requested.text = arrived.data;
    append(std::move(requested));
    cancel_reason_ = arrived.data;
    return;
  }
  if (code_is_done() && arrived.execution == 0) {
    this_turn().unconsumed.push_back(arrived);
    return;
  }
  std::optional<history_event> event = code_is_done() ? std::nullopt : to_event(arrived);
  if (event && missing_member(*event)) event.reset();  // nobody can have sent it
  bool has_effect = event || arrived.kind == message_kind::start;
  (has_effect ? this_turn().consumed : this_turn().discarded).push_back(arrived.id);
  if (!event) return;
  if (arrived.kind == message_kind::activity_done) this_turn().finished_activities.push_back(arrived.source);
  history_event recorded = append(*std::move(event));  // a copy: the code appends while it is applied
  apply(recorded);
}

// One by one, as arrivals are; the rest is for the next turn.
void execution::take_from(backlog& waiting) {
  while (has_room()) {
    const std::string* queue = first_queue_in(waiting);
    if (queue == nullptr) return;
    bytes_before_response_ = turn_bytes_;
    message taken = waiting.pop(*queue);
    this_turn().consumed.push_back(taken.id);
    history_event received;
    received.kind = event_kind::queue_message;
    received.name = std::move(taken.name);
    received.data = std::move(taken.data);
    received = append(std::move(received));
    apply(received);
  }
}

// Of the queues that are waited for, the one whose first message was sent first; null if there is none.
const std::string* execution::first_queue_in(const backlog& waiting) const {
  if (cancel_reason_ || code_is_done()) return nullptr;
  const std::string* first = nullptr;
  std::uint64_t id = 0;
  for (const auto& [queue, waits] : queue_waits_) {
    const message* next = waiting.front(queue);
    if (next == nullptr || (first != nullptr && next->id > id)) continue;
    first = &queue;
    id = next->id;
  }
  return first;
}

bool execution::can_take_from(const backlog& waiting) const { return first_queue_in(waiting) != nullptr; }

std::vector<std::string> execution::awaited_queues() const {
  std::vector<std::string> queues;
  if (cancel_reason_ || code_is_done()) return queues;
  for (const auto& [queue, waits] : queue_waits_) queues.push_back(queue);
  return queues;
}

std::optional<history_event> execution::to_event(const message& arrived) const {
  auto answers = [&](event_kind scheduled) {
    auto at = open_.find(arrived.source);
    return at != open_.end() && at->second.kind == scheduled;
  };
  history_event event;
  event.source = arrived.source;
  event.data = arrived.data;
  event.error = arrived.error;
  switch (arrived.kind) {
  case message_kind::activity_done:
    if (!answers(event_kind::activity_scheduled)) return std::nullopt;
    event.kind = arrived.error ? event_kind::activity_failed : event_kind::activity_completed;
    return event;
  case message_kind::child_done:
    if (!answers(event_kind::sub_orchestration_scheduled)) return std::nullopt;
    event.kind =
        arrived.error ? event_kind::sub_orchestration_failed : event_kind::sub_orchestration_completed;
    return event;
  case message_kind::timer_due:
    if (!answers(event_kind::timer_created)) return std::nullopt;
    event.kind = event_kind::timer_fired;
    return event;
  case message_kind::event_raised:
  case message_kind::enqueued:
    event.kind =
        arrived.kind == message_kind::enqueued ? event_kind::queue_message : event_kind::external_raised;
    event.name = arrived.name;
    return event;
  case message_kind::start:
  case message_kind::cancel: break;
  }
  return std::nullopt;
}

void execution::apply(const history_event& arrived) {
  switch (arrived.kind) {
  case event_kind::external_raised: deliver_external(arrived); break;
  case event_kind::queue_message: receive_queued(arrived); break;
  case event_kind::activity_completed:
  case event_kind::activity_failed:
  case event_kind::timer_fired:
  case event_kind::sub_orchestration_completed:
  case event_kind::sub_orchestration_failed: apply_completion(arrived); break;
  case event_kind::cancel_requested: cancel_reason_ = arrived.text; break;
  default: break;  // terminal events change nothing here
  }
  drain();
}

void execution::apply_completion(const history_event& arrived) {
  auto awaited = open_.find(arrived.source);
  // Never live: take_arrivals lets only answers through.
  if (awaited == open_.end() || awaited->second.kind != answered_kind(arrived.kind)) {
    if (!code_is_done())
      set_mismatch("the history has " + describe_recorded(arrived) +
                   ", but the code does not wait for event " + std::to_string(arrived.source) +
                   " to end like that");
    return;
  }
  if (!arrived.error) return settle(arrived.source, arrived.data);
  if (arrived.error->category == error_category::application) return settle(arrived.source, *arrived.error);
  open_.erase(arrived.source);
  abort_ = arrived.error;
}

void execution::deliver_external(const history_event& raised) {
  auto& waits = event_waits_[raised.name];
  if (waits.empty()) {
    if (!replaying_)
      this_turn().warnings.push_back("event '" + raised.name +
                                     "' was raised while nobody waited for it; it is recorded "
                                     "and passed over");
    return;
  }
  std::uint64_t first = *waits.begin();
  waits.erase(waits.begin());
  settle(first, raised.data);
}

void execution::receive_queued(const history_event& received) {
  if (!records_on_arrival() && !queue_waits_.contains(received.name)) {
    if (!code_is_done())
      set_mismatch("the history has " + describe_recorded(received) +
                   ", but the code does not wait for a message of that queue");
    return;
  }
  buffered_[received.name].emplace_back(++arrivals_, received.data);
  deliver_queued(received.name);
}

void execution::deliver_queued(const std::string& queue) {
  const auto waits = queue_waits_.find(queue);
  auto& messages = buffered_[queue];
  if (waits == queue_waits_.end() || messages.empty()) return;
  std::uint64_t first = *waits->second.begin();
  waits->second.erase(waits->second.begin());
  if (waits->second.empty()) queue_waits_.erase(waits);
  auto [arrival, data] = std::move(messages.front());
  messages.pop_front();
  if (const auto* pending = open_.at(first).pending)
    held_.emplace(first, held_message{queue, arrival, pending});
  settle(first, std::move(data));
}

// A wait that was dropped after it had received a message and before the code saw it, as in a race of two
// waits for messages that were both there. The message goes back to its place.
void execution::give_back(detail::pending_operation& pending) noexcept {
  auto at = held_.find(pending.event_id);
  if (at == held_.end()) return;
  held_message message = std::move(at->second);
  held_.erase(at);
  auto& messages = buffered_[message.queue];
  auto place = std::ranges::find_if(messages, [&](const auto& each) { return each.first > message.arrival; });
  messages.emplace(place, message.arrival, std::get<std::string>(pending.outcome));
  deliver_queued(message.queue);
}

}  // namespace duroxide::internal
