// A process that does one operation at a time, and waits where it is stopped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

namespace duroxide::interleavings {

// Lines go to and fro. To it: "prepare NAME LANE", "forget", and "go" for each step. From it: "ready" to the
// first two; to "go" either "stop" or "holds" (it has the write lock) with the statement that it is about to
// run, or the end: "end JSON", "refused WHY" or "error WHAT". Used by one thread.
class player {
public:
  // Forks. REQUIRES: one thread, and no open database.
  explicit player(const std::string& file);
  player(const player&) = delete;
  player& operator=(const player&) = delete;
  ~player();

  void say(const std::string& line);
  // None: it has said nothing for so long. Throws std::runtime_error if it is gone.
  std::optional<std::string> hear(std::chrono::milliseconds at_most);
  int socket() const { return socket_; }

private:
  int socket_ = -1;
  pid_t process_ = -1;
  std::string heard_;
};

}  // namespace duroxide::interleavings
