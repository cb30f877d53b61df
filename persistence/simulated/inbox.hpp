// Messages for the shards of a node.
#pragma once

#include "persistence/simulated/tables.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::internal::simulated {

struct undelivered_query {
  std::uint64_t node = 0;
  const std::string& position;
  timestamp until{};
  std::size_t limit = 0;
  const std::vector<std::uint32_t>& gained;
};

undelivered_page read_undelivered(const tables& in, const undelivered_query& query);

struct due_query {
  std::uint64_t node = 0;
  timestamp from{};
  timestamp until{};
  std::size_t limit = 0;
};

std::vector<message> read_due(const tables& in, const due_query& query);

}  // namespace duroxide::internal::simulated
