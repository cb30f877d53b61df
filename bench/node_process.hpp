// A node process, from outside: this program, begun once more to serve.
#pragma once

#include "bench/descriptor.hpp"
#include "bench/node_report.hpp"
#include "bench/run.hpp"

#include <sys/types.h>

#include <chrono>
#include <string>

namespace duroxide::bench {

// One thread uses it. Members throw std::runtime_error if the process does not do what it should in time; it
// has said why on the standard error output.
class node_process {
public:
  // Begins it; does not wait. The URL of the store travels in the environment, because everybody on the
  // machine can read the arguments of a process.
  node_process(const workload& what, const run_request& how);
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  // Kills it, unless it has ended.
  ~node_process();

  void wait_until_ready();
  // As it is now, or was in the end.
  node_report report();
  // Gracefully. Several nodes stop side by side if all are asked before the first is waited for.
  void ask_to_stop();
  void wait_for_end();
  // As a crash does it. Nothing happens to one that has ended.
  void kill();

private:
  std::string read_line();
  bool has_ended_by(std::chrono::steady_clock::time_point deadline);

  pid_t process_ = -1;  // -1: it has not begun, or it has ended
  descriptor to_;
  descriptor from_;
  node_report last_;
};

}  // namespace duroxide::bench
