// What keeps instances from going on.
#pragma once

#include "persistence/simulated/tables.hpp"

namespace duroxide::internal::simulated {

// From the owner of the instance's shard only.
void note_problem(tables& rows, instance_problem what, std::uint64_t owner);
// Without a turn of the instance: a pause stays.
void end_problem(tables& rows, std::uint64_t instance_key);
// Null for what has none, or has ended.
const instance_problem* problem_of(const tables& rows, const instance_row& row);

}  // namespace duroxide::internal::simulated
