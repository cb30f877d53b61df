// Instances that are run although a process died while it may have run them.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::sqlite {

// If `node` dies before the probation ends, a crash is counted.
void begin_probation(database& db, const std::string& instance, std::uint64_t node);
void end_probation(database& db, const std::string& instance);

// `node` has died: counts what it tried. `death_record`: a line that names it.
void count_crashes(database& db, std::uint64_t node, const std::string& death_record);
// `node` has left in order.
void abandon_probations(database& db, std::uint64_t node);

}  // namespace duroxide::persistence::sqlite
