// Sessions. A session is a name that ties activities to one node: the node that claimed it last, as long as that node
// lives and the session is not idle. The rules are at `activity_claim` (duroxide/activity_store.hpp), and in
// migrations/0002_members.sql.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace duroxide::persistence::sqlite {

// One of its activities has finished.
void touch_session(database& db, const std::string& session, timestamp now);

// `node` has gone: its sessions are free, except those that a session_owner protects.
void free_sessions(database& db, std::uint64_t node);

// The sessions that a node gets by one claim. Lives inside the claim's transaction.
class session_claim {
public:
  session_claim(database& db, std::uint64_t node, const activity_claim& wanted)
      : db_(db), node_(node), wanted_(wanted) {}

  // Whether the node gets activities of `session` with this claim. If so, the session takes up room.
  bool admits(const std::string& session);
  // Makes `session` the node's. REQUIRES: admits(session).
  void take(const std::string& session);

private:
  bool has_room_for(const std::string& session);
  bool can_become_ours(const std::string& session);
  void forget_idle_ones();

  database& db_;
  const std::uint64_t node_;
  const activity_claim& wanted_;
  std::optional<std::set<std::string>> busy_;  // held by the node; read when the first session is met
  std::set<std::string> refused_;
};

}  // namespace duroxide::persistence::sqlite
