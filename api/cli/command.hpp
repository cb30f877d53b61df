// One command, from its words to its exit code.
#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace duroxide::cli {

struct streams {
  std::istream& input;
  std::ostream& output;
  std::ostream& complaints;
};

// Never throws. Exit codes: failures.hpp.
int run_command(const std::vector<std::string>& words, const streams& with);

}  // namespace duroxide::cli
