// One session that does one operation, and others can do something while it waits.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace duroxide::interleavings {

class player {
public:
  // Throws std::runtime_error if there is no server.
  player(const std::string& url, const std::string& settings);
  player(const player&) = delete;
  player& operator=(const player&) = delete;

  int pid() const { return PQbackendPID(connection_.get()); }

  // Sends statements. REQUIRES: the ones before have ended.
  void send(const std::string& sql);
  // Whether what was sent has ended, as far as the server has said.
  bool has_ended();
  // At which stop it is, once for each.
  std::optional<int> takes_stop() { return std::exchange(stop_, std::nullopt); }
  int socket() const { return PQsocket(connection_.get()); }
  // Sends statements, and waits for them. Throws std::runtime_error with what the server says.
  std::string run(const std::string& sql);

  // Of what has ended: the first column of the last row, and how it failed ("" if it did not).
  const std::string& answer() const { return answer_; }
  const std::string& failure() const { return failure_; }
  const std::string& failure_state() const { return failure_state_; }

private:
  void take(PGresult* result);
  static void hear(void* listener, const PGresult* notice);

  struct finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, finish> connection_;
  std::optional<int> stop_;
  std::string answer_;
  std::string failure_;
  std::string failure_state_;
};

}  // namespace duroxide::interleavings
