#include "bench/server_transactions.hpp"

#include "bench/pq_session.hpp"

namespace duroxide::bench {

namespace {

constexpr int flushing_server = 150000;  // from this version on a session can report what it did at once

}  // namespace

server_transactions::server_transactions(const std::string& url)
    : session_(std::make_unique<pq_session>(url)) {
  read();  // with it, the server has counted all that the making of the session was
  before_ = read();
}

server_transactions::~server_transactions() = default;

std::int64_t server_transactions::so_far() {
  ++own_;  // the reading before this one
  return read() - before_ - own_;
}

std::int64_t server_transactions::read() {
  const bool flushes = session_->server_version() >= flushing_server;
  return std::stoll(session_->run(std::string("select xact_commit + xact_rollback") +
                                  (flushes ? ", pg_stat_force_next_flush()" : "") +
                                  " from pg_stat_database where datname = current_database()"));
}

}  // namespace duroxide::bench
