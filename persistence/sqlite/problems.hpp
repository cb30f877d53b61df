// What keeps instances from going on, in an SQLite store.
#pragma once

#include "duroxide/problem.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::sqlite {

// Nothing happens if the instance has ended, or is not `owner`'s any more.
void note_problem(database& db, const instance_problem& what, std::uint64_t owner);
void end_problem(database& db, std::uint64_t instance_key);
// Without a turn of the instance: a pause stays.
void end_problem(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
