// Reading the inbox.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/lineage.hpp"
#include "persistence/queries.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

// Notes in `known` how far the server's log was seen.
undelivered_page read_undelivered(connection& db, lineage& known, const undelivered_query& query,
                                  std::uint32_t shard_count);
std::vector<message> read_due(connection& db, const due_query& query);
queue_page read_inbox(connection& db, const inbox_query& query);
// What a paused instance takes (loaded_instance::pause).
queue_page read_signals(connection& db, std::uint64_t life);
// Answers fetch_queue; throws store_failure (broken) for an unreadable row.
queue_page read_queue(connection& db, std::uint64_t life, const std::string& queue, std::size_t limit);

}  // namespace duroxide::persistence::postgres
