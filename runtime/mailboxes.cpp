#include "runtime/mailboxes.hpp"

#include <algorithm>
#include <variant>

namespace duroxide::internal {

std::optional<mailboxes::delivery> mailboxes::await_event(const std::string& name, std::uint64_t wait) {
  const auto kept = kept_events_.find(name);
  if (kept == kept_events_.end()) {
    event_waits_[name].insert(wait);
    return std::nullopt;
  }
  delivery found{wait, 0, std::move(kept->second.front())};
  kept->second.pop_front();
  if (kept->second.empty()) kept_events_.erase(kept);
  return found;
}

std::optional<std::uint64_t> mailboxes::take_event_wait(const std::string& name) {
  const auto waits = event_waits_.find(name);
  if (waits == event_waits_.end() || waits->second.empty()) return std::nullopt;
  return waits->second.extract(waits->second.begin()).value();
}

void mailboxes::cancel_message_wait(const std::string& queue, std::uint64_t wait) {
  const auto waits = queue_waits_.find(queue);
  waits->second.erase(wait);
  if (waits->second.empty()) queue_waits_.erase(waits);
}

std::vector<std::string> mailboxes::awaited_queues() const {
  std::vector<std::string> names;
  for (const auto& [queue, waits] : queue_waits_) names.push_back(queue);
  return names;
}

const std::string* mailboxes::first_awaited_in(const backlog& waiting) const {
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

void mailboxes::put(const std::string& queue, std::string data) {
  queues_[queue].emplace_back(++arrivals_, std::move(data));
}

std::optional<mailboxes::delivery> mailboxes::next_delivery(const std::string& queue) {
  const auto waits = queue_waits_.find(queue);
  if (waits == queue_waits_.end()) return std::nullopt;
  const auto messages = queues_.find(queue);
  if (messages == queues_.end() || messages->second.empty()) return std::nullopt;
  auto [arrival, data] = std::move(messages->second.front());
  messages->second.pop_front();
  delivery next{*waits->second.begin(), arrival, std::move(data)};
  waits->second.erase(waits->second.begin());
  if (waits->second.empty()) queue_waits_.erase(waits);
  return next;
}

void mailboxes::hold(const std::string& queue, const delivery& received,
                     const detail::pending_operation& pending) {
  held_.emplace(received.wait, held_message{queue, received.arrival, &pending});
}

std::optional<std::string> mailboxes::put_back(std::uint64_t wait) {
  const auto found = held_.find(wait);
  if (found == held_.end()) return std::nullopt;
  held_message returned = std::move(found->second);
  held_.erase(found);
  auto& messages = queues_[returned.queue];
  const auto place =
      std::ranges::find_if(messages, [&](const auto& each) { return each.first > returned.arrival; });
  messages.emplace(place, returned.arrival, std::get<std::string>(returned.pending->outcome));
  return std::move(returned.queue);
}

std::vector<queued_message> mailboxes::unseen() const {
  std::map<std::uint64_t, queued_message> by_arrival;
  for (const auto& [queue, messages] : queues_)
    for (const auto& [arrival, data] : messages) by_arrival.emplace(arrival, queued_message{queue, data});
  for (const auto& [wait, held] : held_)
    by_arrival.emplace(held.arrival,
                       queued_message{held.queue, std::get<std::string>(held.pending->outcome)});
  std::vector<queued_message> all;
  for (auto& [arrival, content] : by_arrival) all.push_back(std::move(content));
  return all;
}

std::string mailboxes::text() const {
  std::string all;
  for (const auto& [queue, messages] : queues_)
    if (!messages.empty()) all += " " + std::to_string(messages.size()) + " in queue '" + queue + "';";
  for (const auto& [name, events] : kept_events_)
    all += " " + std::to_string(events.size()) + " of event '" + name + "';";
  return all;
}

}  // namespace duroxide::internal
