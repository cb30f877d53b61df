// A transaction as a scope.
#pragma once

#include "persistence/sqlite/database.hpp"

#include <cstdint>

namespace duroxide::persistence::sqlite {

enum class access : std::uint8_t {
  read,   // all reads see the same state
  write,  // takes the write lock at once, so that nothing in it can fail for want of it
};

// Rolled back when it goes, unless it was committed.
class transaction {
public:
  transaction(database& db, access mode);
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  // Throws store_failure: not_done if it could be rolled back or there was no room for it, unknown if SQLite
  // has already ended it for another reason, broken (store_gone) if it was written into a file that is not at
  // its place any more.
  void commit();

private:
  database& db_;
};

}  // namespace duroxide::persistence::sqlite
