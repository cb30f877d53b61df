// Reading unfinished activities.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

struct activity_query {
  std::uint64_t node = 0;
  std::optional<activity_key> after;
  std::size_t limit = 0;
};

// Those of the node's shards without the claimable ones, in key order.
std::vector<stored_activity> read_activities(database& db, const activity_query& query);

// Those of an instance, claimable ones included.
std::vector<stored_activity> read_activities_of(database& db, std::uint64_t life);

// The same, as people see them, in key order.
std::vector<activity_state> read_activity_states(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
