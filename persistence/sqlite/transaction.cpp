#include "persistence/sqlite/transaction.hpp"

#include "persistence/store_failure.hpp"

namespace duroxide::persistence::sqlite {

transaction::transaction(database& db, access mode) : db_(db) {
  if (mode == access::write) {
    db_.run("begin immediate");
  } else {
    db_.run("begin");
  }
}

transaction::~transaction() {
  // SQLite has already rolled back after the worst failures (disk full, I/O error).
  if (!db_.in_transaction()) return;
  try {
    db_.run("rollback");
  } catch (const store_failure&) {
    // It fails only where it has nothing to do; the next transaction of this connection would say so.
  }
}

void transaction::commit() {
  try {
    db_.run("commit");
  } catch (const store_failure& failure) {
    // A record for which there was no room is not whole, and counts for nothing, now and later. Any other one
    // may have reached the write-ahead log before it could not be synced.
    const bool had_no_room = (sqlite3_errcode(db_.handle()) & 0xff) == SQLITE_FULL;
    if (db_.in_transaction() || had_no_room) throw;
    throw store_failure(commit_certainty::unknown, failure.error().kind, failure.error().message);
  }
  db_.require_in_place();
}

}  // namespace duroxide::persistence::sqlite
