// Messages for the shards of a node.
#pragma once

#include "persistence/queries.hpp"
#include "persistence/simulated/tables.hpp"

#include <vector>

namespace duroxide::internal::simulated {

undelivered_page read_undelivered(const tables& rows, const persistence::undelivered_query& query);
std::vector<message> read_due(const tables& rows, const persistence::due_query& query);

}  // namespace duroxide::internal::simulated
