// The sessions, and the nodes that have them.
#pragma once

#include "persistence/simulated/listeners.hpp"
#include "persistence/simulated/tables.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace duroxide::internal::simulated {

// An activity of it is finished: a use, and its node may have room for another session now.
void touch_session(tables& rows, news& concerned, const std::string& session, timestamp now);

// Decides about the sessions that one claim meets.
class session_claim {
public:
  session_claim(tables& rows, std::uint64_t node, const activity_claim& wanted)
      : rows_(rows), node_(node), wanted_(wanted) {}

  // Whether the node may have an activity of this session now.
  bool admits(const std::string& session);
  // It has one.
  void take(const std::string& session);
  // A free session needs no row, so there are no more of them than are in use.
  void forget_free_ones();

private:
  bool is_held_by_others(const session_row& row, const std::string& session) const;

  tables& rows_;
  const std::uint64_t node_;
  const activity_claim& wanted_;
  std::set<std::string> refused_;
};

// The node is not there any more.
void free_sessions(tables& rows, std::uint64_t node);

}  // namespace duroxide::internal::simulated
