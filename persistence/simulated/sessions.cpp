#include "persistence/simulated/sessions.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

void touch_session(tables& rows, news& concerned, const std::string& session, timestamp now) {
  if (const auto found = rows.cluster.sessions.find(session); found != rows.cluster.sessions.end())
    found->second.last_used_at = std::max(found->second.last_used_at, now);
  concerned.all = true;
}

bool session_claim::is_held_by_others(const session_row& row, const std::string& session) const {
  const duration unused = wanted_.now - row.last_used_at;
  if (row.node == nobody)
    return !row.session_owner.empty() && row.session_owner != wanted_.session_owner &&
           unused < wanted_.session_lock_timeout;
  return row.node != node_ && (unused <= wanted_.session_idle_timeout ||
                               rows_.activities.held_sessions(row.node).contains(session));
}

bool session_claim::admits(const std::string& session) {
  if (refused_.contains(session)) return false;
  const auto& busy = rows_.activities.held_sessions(node_);
  const bool has_room = busy.contains(session) || busy.size() < wanted_.max_sessions;
  const auto held = rows_.cluster.sessions.find(session);
  const bool free = held == rows_.cluster.sessions.end() || !is_held_by_others(held->second, session);
  if (has_room && free) return true;
  refused_.insert(session);
  return false;
}

void session_claim::take(const std::string& session) {
  session_row& row = rows_.cluster.sessions[session];
  row.node = node_;
  row.session_owner = wanted_.session_owner;
  row.last_used_at = std::max(row.last_used_at, wanted_.now);
}

void session_claim::forget_free_ones() {
  const auto& busy = rows_.activities.held_sessions(node_);
  std::erase_if(rows_.cluster.sessions, [&](const auto& each) {
    const auto& [session, row] = each;
    const duration unused = wanted_.now - row.last_used_at;
    if (row.node == nobody) return unused >= wanted_.session_lock_timeout;
    return row.node == node_ && unused > wanted_.session_idle_timeout && !busy.contains(session);
  });
}

void free_sessions(tables& rows, std::uint64_t node) {
  for (auto each = rows.cluster.sessions.begin(); each != rows.cluster.sessions.end();) {
    session_row& row = each->second;
    if (row.node == node && row.session_owner.empty()) {
      each = rows.cluster.sessions.erase(each);
      continue;
    }
    if (row.node == node) row.node = nobody;
    ++each;
  }
}

}  // namespace duroxide::internal::simulated
