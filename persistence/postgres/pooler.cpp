#include "persistence/postgres/pooler.hpp"

#include "persistence/postgres/connection.hpp"

namespace duroxide::persistence::postgres {

namespace {

int session_of(connection& db) {
  int id = 0;
  auto row = db.run_script("select pg_backend_pid()");
  if (row.next()) row.read(only_column, id);
  return id;
}

}  // namespace

bool is_behind_transaction_pooler(const conninfo& where) {
  connection one(where.for_new_connection());
  // A pooler has told another number than the server's when the connection was made.
  if (session_of(one) == one.process_id()) return false;
  // A session that was only lent is lent to the next client that asks, or is not waited for.
  connection other(where.for_new_connection());
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int before = session_of(one);
    transaction held(other);
    if (session_of(other) == before || session_of(one) != before) return true;
  }
  return false;
}

}  // namespace duroxide::persistence::postgres
