// Reading unfinished activities.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/queries.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

// Those of the node's shards without the claimable ones, in key order. Shards are owned all together, so those
// of the query are all.
std::vector<stored_activity> read_activities(database& db, const activity_query& query);

// Those of an instance, claimable ones included.
std::vector<stored_activity> read_activities_of(database& db, std::uint64_t life);

// The same, as people see them, in key order.
std::vector<activity_state> read_activity_states(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
