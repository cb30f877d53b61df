// What work costs a disk.
#pragma once

#include <memory>
#include <string>

namespace duroxide::bench {

class pq_session;

// Bytes since this was made: for a PostgreSQL store those of the server's log (WAL), by anybody in any of its
// databases; else those that this process has written, which for an SQLite file are its log and what is taken
// over from there.
class bytes_written {
public:
  // As open_store takes it. Throws std::runtime_error, without the URL, if the server cannot be asked.
  explicit bytes_written(const std::string& url);
  ~bytes_written();

  double so_far() const;

private:
  double read() const;

  std::unique_ptr<pq_session> session_;
  double before_ = 0;
};

}  // namespace duroxide::bench
