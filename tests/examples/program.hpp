// Other programs, run by tests.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace duroxide::testing_support {

struct program_result {
  int exit_code = 0;
  std::string output;  // what it printed, errors included
};

// Runs a program to its end.
program_result run_program(const std::vector<std::string>& command);

// A program that is running; killed with kill -9 at the latest by the destructor.
class running_program {
public:
  running_program(const std::vector<std::string>& command, const std::string& output_file);
  running_program(const running_program&) = delete;
  running_program& operator=(const running_program&) = delete;
  ~running_program();

  // True if it had not ended by itself.
  bool kill_now();
  bool ended();
  // Does nothing if it has ended.
  void send(int signal);
  // REQUIRES: it has ended. -1: by a signal.
  int exit_code() const { return exit_code_; }

private:
  pid_t process_;
  bool reaped_ = false;
  int exit_code_ = -1;
};

std::string read_file(const std::string& path);

}  // namespace duroxide::testing_support
