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

private:
  pid_t process_;
  bool reaped_ = false;
};

std::string read_file(const std::string& path);

}  // namespace duroxide::testing_support
