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

// Those of the node's shards, in key order.
std::vector<stored_activity> read_activities(database& db, const activity_query& query);

std::vector<stored_activity> read_activities_of(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
