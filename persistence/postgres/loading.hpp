// Reading instances: whole, or what clients ask for.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"
#include "persistence/postgres/lineage.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

// Notes in `known` how far the server's log was seen.
std::optional<loaded_instance> load_instance(connection& db, lineage& known, const std::string& instance);
// Answers fetch_inbox.
queue_page fetch_inbox(connection& db, const std::string& instance, std::uint64_t life, std::uint64_t after);
instance_status read_status(connection& db, const std::string& instance);
// Answers satisfied_waits.
std::vector<std::size_t> satisfied_waits(connection& db, const std::vector<awaited_instance>& waits);
// Answers lives.
std::vector<std::uint64_t> read_lives(connection& db, const std::vector<std::string>& instances);
// `execution` 0: the current one.
std::vector<history_row> read_history(connection& db, const std::string& instance, std::uint64_t execution);
std::vector<kv_entry> read_kv(connection& db, const std::string& instance,
                              const std::optional<std::string>& key);

}  // namespace duroxide::persistence::postgres
