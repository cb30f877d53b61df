// Reads the rows of an instance, which both SQL dialects select with the same column names.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/row_reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// The instance with its current execution and its crash probation, without inbox, history and activities.
// Throws store_failure (broken), naming the row, if it cannot be read.
loaded_instance loaded_instance_from(const row_reader& row);

// Throws likewise.
instance_status instance_status_from(const row_reader& row, const std::string& instance);

std::vector<history_row> history_from(row_reader& rows);
std::vector<kv_entry> kv_entries_from(row_reader& rows);
// The first row, if there is one.
std::optional<actor_state> actor_state_from(row_reader& rows);
// Throws store_failure (broken), naming the row, if one cannot be read.
std::vector<kept_answer> answers_from(row_reader& rows, const std::string& instance);

}  // namespace duroxide::persistence
