// Reading what is scheduled and not finished.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

struct activity_query {
  std::uint64_t node = 0;
  const std::vector<std::uint32_t>& shards;
  std::optional<activity_key> after;
  std::size_t limit = 0;
};

// Keys as columns for unnest.
struct key_columns {
  explicit key_columns(const std::vector<activity_key>& keys);

  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;
  std::vector<std::uint64_t> executions;
  std::vector<std::uint64_t> event_ids;
};

std::vector<stored_activity> read_activities(connection& on, const activity_query& query);
std::vector<stored_activity> read_activities_of(connection& on, std::uint64_t life);
// Those of `keys` that are still there, in the order of the keys. REQUIRES: keys with lives.
std::vector<stored_activity> read_activities(connection& on, const std::vector<activity_key>& keys);
std::vector<activity_state> read_activity_states(connection& on, const std::string& instance);

}  // namespace duroxide::persistence::postgres
