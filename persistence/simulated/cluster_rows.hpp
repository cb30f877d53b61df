// What a store knows of its nodes, and what these own and hold, apart from instances.
#pragma once

#include "persistence/simulated/rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal::simulated {

struct cluster_rows {
  explicit cluster_rows(std::uint32_t shard_count) : shards(shard_count) {}

  std::vector<shard_row> shards;
  std::map<std::uint64_t, node_row> nodes{};
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> writers{};  // the epoch of node and lane
  std::map<std::string, session_row> sessions{};
  std::uint64_t last_node = 0;
  std::uint64_t last_epoch = 0;
  std::uint64_t last_tenure = 0;
  std::uint64_t members_news = 0;  // grows when somebody comes, goes, or gives up shards

  std::uint32_t shard_count() const { return static_cast<std::uint32_t>(shards.size()); }
  bool is_member(std::uint64_t node) const {
    const auto found = nodes.find(node);
    return found != nodes.end() && found->second.is_alive();
  }
  bool owns(std::uint64_t node, std::uint32_t shard) const {
    return node != nobody && shards[shard].node == node;
  }
};

}  // namespace duroxide::internal::simulated
