// Reading what is scheduled and not finished.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/queries.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

// Keys as columns for unnest.
struct key_columns {
  explicit key_columns(const std::vector<activity_key>& keys);

  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;
  std::vector<std::uint64_t> executions;
  std::vector<std::uint64_t> event_ids;
};

std::vector<stored_activity> read_activities(connection& db, const activity_query& query);
std::vector<stored_activity> read_activities_of(connection& db, std::uint64_t life);
// Those of `keys` that are still there, in the order of the keys. REQUIRES: keys with lives.
std::vector<stored_activity> read_activities(connection& db, const std::vector<activity_key>& keys);
std::vector<activity_state> read_activity_states(connection& db, const std::string& instance);

}  // namespace duroxide::persistence::postgres
