#include "persistence/sqlite/failures.hpp"

#include <string>
#include <string_view>

namespace duroxide::persistence::sqlite {

namespace {

struct verdict {
  commit_certainty certainty;
  error_kind kind;
  std::string_view advice;
};

// Outside of COMMIT every failure is certain: the transaction around it is rolled back.
verdict verdict_of(int code) {
  constexpr auto not_done = commit_certainty::not_done;
  constexpr auto broken = commit_certainty::broken;
  constexpr auto unavailable = error_kind::store_unavailable;
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {not_done, unavailable,
            "Another process is holding the write lock; let it finish, or end a tool that left a "
            "transaction open"};
  case SQLITE_FULL:
    return {not_done, unavailable, "Free disk space (or raise max_page_count); then it can go on"};
  case SQLITE_READONLY:
  case SQLITE_PERM: return {not_done, unavailable, "Make the file and its folder writable for this user"};
  case SQLITE_CANTOPEN:
    return {not_done, unavailable, "Check that the folder exists and that this user may write in it"};
  case SQLITE_IOERR: return {not_done, unavailable, "Check the disk and the system log; then try again"};
  case SQLITE_NOMEM: return {not_done, unavailable, "The process is out of memory"};
  case SQLITE_CORRUPT:
    return {broken, error_kind::store_incompatible,
            "The file is damaged: see `pragma integrity_check`, and restore a backup"};
  case SQLITE_NOTADB:
    return {broken, error_kind::store_incompatible, "The file is not an SQLite database; give another path"};
  default:
    return {broken, error_kind::store_incompatible,
            "The file does not have the schema that it claims to have, or this is a bug of duroxide"};
  }
}

// A row, or a value, that is longer than SQLite's limits; one that breaks a rule of the schema.
bool is_about_rows(int code) {
  const int kind = code & 0xff;
  return kind == SQLITE_TOOBIG || kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH;
}

}  // namespace

void throw_failure(sqlite3* db, int code) {
  const verdict found = verdict_of(code);
  const std::string report = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  if (is_about_rows(code))
    throw rows_refused(found.certainty, found.kind, report + " (SQLite result " + std::to_string(code) + ")");
  throw store_failure(found.certainty, found.kind,
                      report + " (SQLite result " + std::to_string(code) + "). " + std::string(found.advice) +
                          ".");
}

}  // namespace duroxide::persistence::sqlite
