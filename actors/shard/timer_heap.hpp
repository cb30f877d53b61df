// The durable timers that a dispatcher holds.
#pragma once

#include "duroxide/message.hpp"

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// Messages by the time at which they become visible. A message is held once, however often it is added: the
// same timer comes from its instance and from the store.
class timer_heap {
public:
  void add(message timer) {
    if (by_id_.contains(timer.id)) return;
    std::uint64_t id = timer.id;
    by_id_.emplace(id, by_time_.emplace(timer.visible_at, std::move(timer)));
  }

  void cancel(std::uint64_t message_id) {
    auto known = by_id_.find(message_id);
    if (known == by_id_.end()) return;
    by_time_.erase(known->second);
    by_id_.erase(known);
  }

  std::optional<timestamp> next() const {
    if (by_time_.empty()) return std::nullopt;
    return by_time_.begin()->first;
  }

  std::vector<message> take_due(timestamp now) {
    std::vector<message> due;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      by_id_.erase(by_time_.begin()->second.id);
      due.push_back(std::move(by_time_.begin()->second));
      by_time_.erase(by_time_.begin());
    }
    return due;
  }

  void clear() {
    by_id_.clear();
    by_time_.clear();
  }

  std::size_t size() const { return by_time_.size(); }

private:
  std::multimap<timestamp, message> by_time_;
  std::unordered_map<std::uint64_t, std::multimap<timestamp, message>::iterator> by_id_;
};

}  // namespace duroxide::internal
