// The members of the store: which of them live, and which own the shards.
#pragma once

#include "persistence/simulated/core.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace duroxide::internal::simulated {

// Throws store_failure (fenced) unless the node is a member.
void require_member(const tables& rows, std::uint64_t node);

// The members of all connections. One whose connection is gone is dead; so is one that has given no sign of
// life for too long, by the clock of the store. Death decides nothing but that the node that looks next expires the
// member, and so fences it. Any thread may call; these throw store_failure.
class membership {
public:
  explicit membership(core& store) : store_(store) {}

  node_membership join(tables& rows, news& concerned, const node_offer& offer,
                       std::uint64_t connection) const;
  heartbeat_result heartbeat(tables& rows, news& concerned, std::uint64_t node, const node_load& load) const;
  std::optional<duration> next_heartbeat_in(const tables& rows, std::uint64_t node) const;
  static void release(tables& rows, news& concerned, std::uint64_t node,
                      const std::vector<std::uint32_t>& shards);
  void leave(tables& rows, news& concerned, std::uint64_t node,
             const std::vector<std::uint32_t>& suspect) const;
  // Its members say nothing any more.
  static void lose_connection(tables& rows, news& concerned, std::uint64_t connection);

private:
  timestamp now() const { return store_.options().now(); }
  bool is_dead(const node_row& row, timestamp now) const;
  std::vector<std::uint64_t> dead_members(const tables& rows, std::uint64_t node) const;
  void end(tables& rows, std::uint64_t node, const char* state) const;
  void expire_node(tables& rows, std::uint64_t node) const;
  bool expire_dead_nodes(tables& rows, std::uint64_t node) const;

  core& store_;
};

}  // namespace duroxide::internal::simulated
