// What the user asks for.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace checksum_tree {

struct command_line {
  std::string directory;  // as it was given: names in the report begin with it
  std::string root;       // the same, absolute
  std::string database;
  std::string report;
  std::string instance;  // by default one per root
  std::size_t parallel = 0;
  bool wants_help = false;
};

extern const char* const usage;

// A mistake of the user's, told in what().
class usage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

command_line parse_command_line(int argc, char** argv);

}  // namespace checksum_tree
