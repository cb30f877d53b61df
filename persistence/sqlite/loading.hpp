// Reading instances.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

// All of it from one snapshot. Nothing if there is no such instance; throws store_failure (broken), naming
// the row, if a part of it cannot be read.
std::optional<loaded_instance> load_instance(database& db, const std::string& instance);

// Answers fetch_inbox.
queue_page fetch_inbox(database& db, const std::string& instance, std::uint64_t life, std::uint64_t after);

// not_found if there is no such instance.
instance_status read_status(database& db, const std::string& instance);

// Of the current execution if `execution` is 0.
std::vector<history_row> read_history(database& db, const std::string& instance, std::uint64_t execution);

// Answers satisfied_waits.
std::vector<std::size_t> satisfied_waits(database& db, const std::vector<awaited_instance>& waits);
// Answers lives.
std::vector<std::uint64_t> read_lives(database& db, const std::vector<std::string>& instances);

}  // namespace duroxide::persistence::sqlite
