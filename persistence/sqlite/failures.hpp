// What SQLite's result codes mean for the caller.
#pragma once

#include "persistence/store_failure.hpp"

#include <sqlite3.h>

namespace duroxide::persistence::sqlite {

// The statement was refused because of what it was to write: nothing of it was written, and the same would be
// refused again.
class rows_refused : public store_failure {
public:
  using store_failure::store_failure;
};

// Throws the store_failure (or rows_refused) for result `code` of a call on `db`: what is certain, what
// SQLite says, what to do. REQUIRES: code is an error, and no other call on `db` was made since.
[[noreturn]] void throw_failure(sqlite3* db, int code);

}  // namespace duroxide::persistence::sqlite
