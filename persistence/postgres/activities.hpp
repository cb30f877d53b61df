// Reading what is scheduled and not finished.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"

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

std::vector<stored_activity> read_activities(connection& on, const activity_query& query);
std::vector<stored_activity> read_activities_of(connection& on, const std::string& instance);
std::vector<activity_state> read_activity_states(connection& on, const std::string& instance);

}  // namespace duroxide::persistence::postgres
