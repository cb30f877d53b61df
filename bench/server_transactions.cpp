#include "bench/server_transactions.hpp"

#include <libpq-fe.h>

#include <stdexcept>

namespace duroxide::bench {

namespace {

constexpr int flushing_server = 150000;  // from this version on a session can report what it did at once

struct clear_result {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

// libpq does not know the option.
std::string without_schema(std::string url) {
  const std::size_t option = url.find("schema=");
  if (option == std::string::npos) return url;
  const std::size_t end = url.find('&', option);
  if (end == std::string::npos) return url.substr(0, option - 1);
  return url.erase(option, end + 1 - option);
}

}  // namespace

struct server_transactions::session {
  explicit session(const std::string& url) : connection(PQconnectdb(url.c_str())) {}
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() { PQfinish(connection); }

  PGconn* connection;
};

server_transactions::server_transactions(const std::string& url)
    : session_(std::make_unique<session>(without_schema(url))) {
  read();  // with it, the server has counted all that the making of the session was
  before_ = read();
}

server_transactions::~server_transactions() = default;

std::int64_t server_transactions::so_far() {
  ++own_;  // the reading before this one
  return read() - before_ - own_;
}

std::int64_t server_transactions::read() {
  const bool flushes = PQserverVersion(session_->connection) >= flushing_server;
  const std::string sql = std::string("select xact_commit + xact_rollback") +
                          (flushes ? ", pg_stat_force_next_flush()" : "") +
                          " from pg_stat_database where datname = current_database()";
  const std::unique_ptr<PGresult, clear_result> result(PQexec(session_->connection, sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1)
    throw std::runtime_error("the server does not say how many transactions it has counted");
  return std::stoll(PQgetvalue(result.get(), 0, 0));
}

}  // namespace duroxide::bench
