// What keeps instances from going on, in a PostgreSQL store.
#pragma once

#include "duroxide/problem.hpp"
#include "persistence/postgres/connection.hpp"

#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

// Nothing happens for an instance that has ended, or is not `owner`'s any more.
void note_problems(connection& db, const std::vector<instance_problem>& all, std::uint64_t owner);
// Only a turn of the instance ends a pause.
enum class pauses : std::uint8_t { stay, end };
void end_problems(connection& db, const std::vector<std::string>& instances, pauses what);

}  // namespace duroxide::persistence::postgres
