// A session of a PostgreSQL server, without any layer between.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::bench {

class pq_session {
public:
  // By a URL that may name a schema, which is not looked at. Throws std::runtime_error if there is no answer,
  // or if libpq could take a part of the password for something else; no password is in what it says.
  explicit pq_session(const std::string& url);

  // One or, without parameters, several statements; the first column of the first row, "" if there is none.
  // Throws std::runtime_error with what the server says.
  std::string run(const std::string& sql, const std::vector<std::string>& parameters = {});
  int server_version() const { return PQserverVersion(connection_.get()); }

private:
  struct finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, finish> connection_;
};

}  // namespace duroxide::bench
