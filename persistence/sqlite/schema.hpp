// Which files are ours, and how they get the schema that this build knows.
#pragma once

#include "persistence/sqlite/database.hpp"

#include <cstdint>

namespace duroxide::persistence::sqlite {

// In the header of every file of ours ("durx").
inline constexpr std::uint32_t application_id = 0x64757278;

// Gives an empty database the schema, or brings an older one up to date, in one transaction. Throws
// store_failure (store_incompatible) if the schema is newer than this build knows. REQUIRES: the database is
// empty or ours.
void migrate(database& db);

// Throws store_failure (store_incompatible) unless the database has the schema that this build knows.
void require_current(database& db);

}  // namespace duroxide::persistence::sqlite
