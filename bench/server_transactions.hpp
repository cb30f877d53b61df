// What a PostgreSQL server itself counts, as a check of what nodes say that they do.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace duroxide::bench {

class pq_session;

// Transactions in the database of `url`, by anybody, since this object was made: outside of transaction
// blocks each statement is one. Its own are not counted. A server hears of what an idle session has done up
// to ten seconds later, so both ends of a measurement are in the past by as much, and autovacuum takes part.
class server_transactions {
public:
  // As open_store takes it. Throws std::runtime_error, without the URL, if the server cannot be asked.
  explicit server_transactions(const std::string& url);
  ~server_transactions();

  std::int64_t so_far();

private:
  std::int64_t read();

  std::unique_ptr<pq_session> session_;
  std::int64_t own_ = 0;  // readings that the server counts
  std::int64_t before_ = 0;
};

}  // namespace duroxide::bench
