// Refuses what a node asks for that is not a member any more.
#pragma once

#include "persistence/sqlite/database.hpp"

#include <cstdint>

namespace duroxide::persistence::sqlite {

// Throws store_failure (fenced) unless the node is alive. REQUIRES: a transaction, so that it stays true.
void require_member(database& db, std::uint64_t node);

}  // namespace duroxide::persistence::sqlite
