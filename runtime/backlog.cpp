#include "runtime/backlog.hpp"

#include "duroxide/limits.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// New messages are kept up to this, of all queues together; then the store has the rest.
constexpr std::size_t most_messages = 4 * limits::queue_page;
constexpr std::size_t most_bytes = limits::batch_bytes / 4;

}  // namespace

backlog::queue_state& backlog::state_of(const std::string& queue) {
  const auto [found, is_new] = queues_.try_emplace(queue);
  if (is_new && origin_ == origin::created) found->second.known = knowledge::whole;
  return found->second;
}

// One message of a queue always has: who waits for it would have to ask the store for it.
bool backlog::has_room_in(const queue_state& queue) const {
  return queue.messages.empty() || (count_ < most_messages && bytes_ < most_bytes);
}

void backlog::keep(queue_state& state, message arrived) {
  ++count_;
  bytes_ += arrived.data.size();
  state.messages.push_back(std::move(arrived));
}

void backlog::leave_to_the_store(std::uint64_t id) {
  if (!paged_.contains(id)) left_.insert(id);
}

void backlog::push(message arrived) {
  if (paged_.erase(arrived.id) > 0) return;
  queue_state& state = state_of(arrived.name);
  switch (state.known) {
  case knowledge::asked: state.meanwhile.push_back(std::move(arrived)); return;
  case knowledge::whole:
    if (has_room_in(state)) return keep(state, std::move(arrived));
    state.known = knowledge::front;
    [[fallthrough]];
  case knowledge::front:
  case knowledge::unknown: leave_to_the_store(arrived.id);
  }
}

void backlog::leave_in_store(message arrived) {
  queue_state& state = state_of(arrived.name);
  if (state.known == knowledge::whole) state.known = knowledge::front;
  push(std::move(arrived));
}

const message* backlog::front(const std::string& queue) const {
  const auto found = queues_.find(queue);
  return found == queues_.end() || found->second.messages.empty() ? nullptr : &found->second.messages.front();
}

message backlog::pop(const std::string& queue) {
  queue_state& state = queues_.at(queue);
  message first = std::move(state.messages.front());
  state.messages.pop_front();
  --count_;
  bytes_ -= first.data.size();
  return first;
}

bool backlog::lacks(const std::string& queue) const {
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return origin_ == origin::stored;
  const queue_state& state = found->second;
  return state.messages.empty() && (state.known == knowledge::unknown || state.known == knowledge::front);
}

std::uint64_t backlog::ask(const std::string& queue) {
  queue_state& state = state_of(queue);
  state.known = knowledge::asked;
  state.question = ++last_question_;
  ++asked_;
  return state.question;
}

void backlog::answer(const std::string& queue, std::uint64_t number, queue_page page) {
  queue_state& state = state_of(queue);
  if (state.known != knowledge::asked || state.question != number) return;
  --asked_;
  state.known = page.more ? knowledge::front : knowledge::whole;
  std::unordered_set<std::uint64_t> brought;
  for (message& each : page.messages) {
    brought.insert(each.id);
    if (left_.erase(each.id) == 0) paged_.insert(each.id);
    keep(state, std::move(each));
  }
  for (message& each : std::exchange(state.meanwhile, {}))
    if (brought.contains(each.id))
      paged_.erase(each.id);
    else
      push(std::move(each));
}

void backlog::forget(queue_state& state) {
  for (const message& each : state.messages) {
    --count_;
    bytes_ -= each.data.size();
    leave_to_the_store(each.id);
  }
  for (const message& each : state.meanwhile) leave_to_the_store(each.id);
  if (state.known == knowledge::asked) --asked_;
  state = {};
}

void backlog::forget(const std::string& queue) { forget(state_of(queue)); }

void backlog::forget_all() {
  for (auto& [queue, state] : queues_) forget(state);
  queues_.clear();
  origin_ = origin::stored;
}

}  // namespace duroxide::internal
