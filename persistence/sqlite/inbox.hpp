// Reading the inbox.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/queries.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

undelivered_page read_undelivered(database& db, const undelivered_query& query);
std::vector<message> read_due(database& db, const due_query& query);
queue_page read_inbox(database& db, const inbox_query& query);
// What a paused instance takes (loaded_instance::pause).
queue_page read_signals(database& db, std::uint64_t life);
// Answers fetch_queue; throws store_failure (broken) for an unreadable row.
queue_page read_queue(database& db, std::uint64_t life, const std::string& queue, std::size_t limit);

}  // namespace duroxide::persistence::sqlite
