// Whose turn it is within a session.
#pragma once

#include "duroxide/provider.hpp"

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace duroxide::internal {

// Activities of one session run one after the other, in the order in which they came.
class session_turns {
public:
  // True: it may run now. False: it waits, and comes back from `leave`.
  bool enter(const std::string& session, const stored_activity& activity) {
    auto [known, first] = waiting_.try_emplace(session);
    if (!first) known->second.push_back(activity);
    return first;
  }

  // The one that ran has ended: the next one, which runs now.
  std::optional<stored_activity> leave(const std::string& session) {
    auto known = waiting_.find(session);
    if (known == waiting_.end()) return std::nullopt;
    if (known->second.empty()) {
      waiting_.erase(known);
      return std::nullopt;
    }
    stored_activity next = std::move(known->second.front());
    known->second.pop_front();
    return next;
  }

  // True if it waited, and does so no more.
  bool forget(const std::string& session, const activity_key& key) {
    auto known = waiting_.find(session);
    return known != waiting_.end() &&
           std::erase_if(known->second, [&](const stored_activity& each) { return each.key == key; }) > 0;
  }

private:
  std::unordered_map<std::string, std::deque<stored_activity>> waiting_;  // behind one that runs
};

}  // namespace duroxide::internal
