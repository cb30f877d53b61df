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
  const auto [at, is_new] = queues_.try_emplace(queue);
  if (is_new && from_ == origin::created) at->second.known = knowledge::whole;
  return at->second;
}

// One message of a queue always has: who waits for it would have to ask the store for it.
bool backlog::has_room_in(const queue_state& queue) const {
  return queue.messages.empty() || (count_ < most_messages && bytes_ < most_bytes);
}

void backlog::keep(queue_state& in, message arrived) {
  ++count_;
  bytes_ += arrived.data.size();
  in.messages.push_back(std::move(arrived));
}

void backlog::leave_to_the_store(std::uint64_t id) {
  if (!paged_.contains(id)) left_.insert(id);
}

void backlog::push(message arrived) {
  if (paged_.erase(arrived.id) > 0) return;
  queue_state& to = state_of(arrived.name);
  switch (to.known) {
  case knowledge::asked: to.meanwhile.push_back(std::move(arrived)); return;
  case knowledge::whole:
    if (has_room_in(to)) return keep(to, std::move(arrived));
    to.known = knowledge::front;
    [[fallthrough]];
  case knowledge::front:
  case knowledge::unknown: leave_to_the_store(arrived.id);
  }
}

void backlog::leave(message arrived) {
  queue_state& to = state_of(arrived.name);
  if (to.known == knowledge::whole) to.known = knowledge::front;
  push(std::move(arrived));
}

const message* backlog::front(const std::string& queue) const {
  const auto at = queues_.find(queue);
  return at == queues_.end() || at->second.messages.empty() ? nullptr : &at->second.messages.front();
}

message backlog::pop(const std::string& queue) {
  queue_state& from = queues_.at(queue);
  message first = std::move(from.messages.front());
  from.messages.pop_front();
  --count_;
  bytes_ -= first.data.size();
  return first;
}

bool backlog::lacks(const std::string& queue) const {
  const auto at = queues_.find(queue);
  if (at == queues_.end()) return from_ == origin::stored;
  const queue_state& it = at->second;
  return it.messages.empty() && (it.known == knowledge::unknown || it.known == knowledge::front);
}

std::uint64_t backlog::ask(const std::string& queue) {
  queue_state& it = state_of(queue);
  it.known = knowledge::asked;
  it.question = ++last_question_;
  ++asked_;
  return it.question;
}

void backlog::answer(const std::string& queue, std::uint64_t number, queue_page page) {
  queue_state& it = state_of(queue);
  if (it.known != knowledge::asked || it.question != number) return;
  --asked_;
  it.known = page.more ? knowledge::front : knowledge::whole;
  std::unordered_set<std::uint64_t> brought;
  for (message& each : page.messages) {
    brought.insert(each.id);
    if (left_.erase(each.id) == 0) paged_.insert(each.id);
    keep(it, std::move(each));
  }
  for (message& each : std::exchange(it.meanwhile, {}))
    if (brought.contains(each.id))
      paged_.erase(each.id);
    else
      push(std::move(each));
}

void backlog::forget(queue_state& what) {
  for (const message& each : what.messages) {
    --count_;
    bytes_ -= each.data.size();
    leave_to_the_store(each.id);
  }
  for (const message& each : what.meanwhile) leave_to_the_store(each.id);
  if (what.known == knowledge::asked) --asked_;
  what = {};
}

void backlog::forget(const std::string& queue) { forget(state_of(queue)); }

void backlog::forget_all() {
  for (auto& [queue, what] : queues_) forget(what);
  queues_.clear();
  from_ = origin::stored;
}

}  // namespace duroxide::internal
