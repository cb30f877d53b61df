// A real second process.
#pragma once

#include <functional>

namespace duroxide::persistence_tests {

// Forks at once, before this process opens what the child must not inherit, and runs `body` in the child
// after go(). REQUIRES: this process has one thread and no open database.
class child_process {
public:
  explicit child_process(const std::function<void()>& body);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  void go();
  // Waits for the end; true if `body` returned.
  bool ended_well();
  void wait_until_killed();
  void wait_until_it_stands_still();
  // As by kill -9; it has ended on return.
  void kill();

  // For `body`: dies as by kill -9.
  [[noreturn]] static void be_killed();
  // For `body`: stops until it is killed, with all that it holds.
  [[noreturn]] static void stand_still();

private:
  int wait();

  int process_ = -1;
  int signal_ = -1;
};

}  // namespace duroxide::persistence_tests
