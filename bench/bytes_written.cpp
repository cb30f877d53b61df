#include "bench/bytes_written.hpp"

#include "bench/open_store.hpp"
#include "bench/pq_session.hpp"

#include <fstream>

namespace duroxide::bench {

bytes_written::bytes_written(const std::string& url)
    : session_(is_postgres(url) ? std::make_unique<pq_session>(url) : nullptr), before_(read()) {}

bytes_written::~bytes_written() = default;

double bytes_written::so_far() const { return read() - before_; }

double bytes_written::read() const {
  if (session_) return std::stod(session_->run("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"));
  std::ifstream counters("/proc/self/io");
  for (std::string word; counters >> word;) {
    double bytes = 0;
    if (word == "wchar:" && counters >> bytes) return bytes;
  }
  return 0;
}

}  // namespace duroxide::bench
