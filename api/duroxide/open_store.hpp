// Opens either kind of store by its URL: for programs that leave the choice to the person who runs them.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <string>

namespace duroxide {

// Opens the store that `url` names; blocks until it is open.
//   sqlite:FILE                       sqlite_provider::open
//   sqlite::memory:                   sqlite_provider::open_in_memory
//   postgresql://...                  postgres_provider::connect
//   postgresql://...?schema=NAME      postgres_provider::connect_with_schema; NAME goes as it is, without %XX
// A store belongs to the process that opened it. In the child of a fork every operation on it fails
// (invalid_argument), and destroying it does nothing: a child opens its own.
// Throws configuration_error (invalid_argument) for any other URL, and what these functions throw. For other
// options, call these functions directly.
std::shared_ptr<provider> open_store(const std::string& url);

// The same for reading a store that is in use, with read_only in its options: nothing in it is changed, created
// or migrated. Also throws configuration_error (invalid_argument) for a database in memory, and
// infrastructure_error for a store that does not exist (store_unavailable on SQLite, store_incompatible on
// PostgreSQL) or of an older schema (store_incompatible).
std::shared_ptr<provider> open_store_for_reading(const std::string& url);

}  // namespace duroxide
