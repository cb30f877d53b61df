// Making room for an instance with an id that was used before.
#pragma once

#include "persistence/sqlite/database.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::sqlite {

// Deletes an instance that has ended, and its sub-orchestrations down to the last, with all that is stored of
// them. Gives the number of its last execution; 0, and changes nothing, if one of them has not ended, or if
// there is no such instance. REQUIRES: a transaction.
std::uint64_t delete_ended(database& db, const std::string& instance);

}  // namespace duroxide::persistence::sqlite
