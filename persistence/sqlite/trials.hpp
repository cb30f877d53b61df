// Instances that are run although a process died while it may have run them.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::sqlite {

// If `node` dies before the trial ends, an attempt is counted.
void begin_trial(database& db, const std::string& instance, std::uint64_t node);
void end_trial(database& db, const std::string& instance);
trial_record read_trial(database& db, const std::string& instance);

// `node` has died: counts what it tried. `epitaph`: a line that says who it was.
void count_trials(database& db, std::uint64_t node, const std::string& epitaph);
// `node` has left in order.
void abandon_trials(database& db, std::uint64_t node);

}  // namespace duroxide::persistence::sqlite
