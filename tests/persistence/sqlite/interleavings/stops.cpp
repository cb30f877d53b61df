#include "tests/persistence/sqlite/interleavings/stops.hpp"

#include <sqlite3.h>

#include <utility>

namespace duroxide::interleavings {

namespace {

std::function<void(std::string_view, bool)> stop;
int off = 0;

bool is_a_stop(sqlite3* db, sqlite3_stmt* about_to_run, std::string_view sql) {
  if (sql == "begin" || sql == "rollback") return false;
  switch (sqlite3_txn_state(db, nullptr)) {
  case SQLITE_TXN_WRITE: return sql == "commit";
  case SQLITE_TXN_READ: return sqlite3_stmt_readonly(about_to_run) == 0;
  default: return sql != "commit";
  }
}

int traced(unsigned, void* connection, void* about_to_run, void*) {
  if (off > 0) return 0;
  auto* db = static_cast<sqlite3*>(connection);
  auto* prepared = static_cast<sqlite3_stmt*>(about_to_run);
  const std::string_view sql = sqlite3_sql(prepared);
  if (is_a_stop(db, prepared, sql)) stop(sql, sqlite3_txn_state(db, nullptr) == SQLITE_TXN_WRITE);
  return 0;
}

int look_at(sqlite3* opened, char**, const void*) {
  return sqlite3_trace_v2(opened, SQLITE_TRACE_STMT, traced, opened);
}

}  // namespace

void stop_at_statements(std::function<void(std::string_view, bool)> callback) {
  stop = std::move(callback);
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(look_at));
}

without_stops::without_stops() { ++off; }
without_stops::~without_stops() { --off; }

}  // namespace duroxide::interleavings
