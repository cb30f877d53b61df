// The schema: made and migrated by the process that opens the store first.
#pragma once

#include "persistence/postgres/connection.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace duroxide::persistence::postgres {

// Throws store_failure (broken) unless `name` is 1 to 48 characters of a-z, 0-9 and _, beginning with a
// letter: a name that means the same quoted and unquoted, and that PostgreSQL does not cut off.
void require_schema_name(const std::string& name);

// The first key of the advisory locks by which its nodes are seen; a node's id is the second.
std::int32_t lock_class_of(const std::string& schema);

// Makes the schema `name`, or brings it to the version that this build knows. Several processes may call at
// the same time. Throws store_failure: broken if the schema is newer, or something else's; what was there is
// left as it was, as it is (not_done) while a node works with it of a build that is older than the one
// before.
void migrate(connection& db, const std::string& name);

// Takes away what was kept for nodes of older builds, if none of them is alive any more. False while one is.
bool finish_migration(connection& db, const std::string& name);

// For reading only: throws store_failure (broken) unless the schema is there, in a version that this build
// works with. The server may be a standby.
void require_current(connection& db, const std::string& name);

// The composite types of the schema, by name, for row_array.
using row_types = std::map<std::string, row_type, std::less<>>;
row_types read_row_types(connection& db);

}  // namespace duroxide::persistence::postgres
