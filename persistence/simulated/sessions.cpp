#include "persistence/simulated/sessions.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

void touch_session(tables& in, news& whom, const std::string& session, timestamp at) {
  if (const auto found = in.sessions.find(session); found != in.sessions.end())
    found->second.last_used_at = std::max(found->second.last_used_at, at);
  whom.all = true;
}

bool session_claim::is_held_by_others(const session_row& it, const std::string& session) const {
  const duration unused = wanted_.now - it.last_used_at;
  if (it.node == nobody)
    return !it.session_owner.empty() && it.session_owner != wanted_.session_owner &&
           unused < wanted_.session_lock_timeout;
  return it.node != node_ &&
         (unused <= wanted_.session_idle_timeout || in_.sessions_in_hands(it.node).contains(session));
}

bool session_claim::admits(const std::string& session) {
  if (refused_.contains(session)) return false;
  const auto& busy = in_.sessions_in_hands(node_);
  const bool has_room = busy.contains(session) || busy.size() < wanted_.max_sessions;
  const auto held = in_.sessions.find(session);
  const bool free = held == in_.sessions.end() || !is_held_by_others(held->second, session);
  if (has_room && free) return true;
  refused_.insert(session);
  return false;
}

void session_claim::take(const std::string& session) {
  session_row& it = in_.sessions[session];
  it.node = node_;
  it.session_owner = wanted_.session_owner;
  it.last_used_at = std::max(it.last_used_at, wanted_.now);
}

void session_claim::forget_free_ones() {
  const auto& busy = in_.sessions_in_hands(node_);
  std::erase_if(in_.sessions, [&](const auto& each) {
    const auto& [session, it] = each;
    const duration unused = wanted_.now - it.last_used_at;
    if (it.node == nobody) return unused >= wanted_.session_lock_timeout;
    return it.node == node_ && unused > wanted_.session_idle_timeout && !busy.contains(session);
  });
}

void free_sessions(tables& in, std::uint64_t node) {
  for (auto each = in.sessions.begin(); each != in.sessions.end();) {
    session_row& it = each->second;
    if (it.node == node && it.session_owner.empty()) {
      each = in.sessions.erase(each);
      continue;
    }
    if (it.node == node) it.node = nobody;
    ++each;
  }
}

}  // namespace duroxide::internal::simulated
