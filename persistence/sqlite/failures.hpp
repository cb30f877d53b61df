// What SQLite's result codes mean for the one who called.
#pragma once

#include <sqlite3.h>

namespace duroxide::persistence::sqlite {

// Throws the store_failure for result `code` of a call on `db`: what is certain, what SQLite says, what to
// do. REQUIRES: code is an error, and no other call on `db` was made since.
[[noreturn]] void throw_failure(sqlite3* db, int code);

}  // namespace duroxide::persistence::sqlite
