// How duroxide_simulate is called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::simulation {

struct arguments {
  bool help = false;
  // One of these three, unless it is help that is wanted.
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> seeds;
  std::optional<double> minutes;
  std::optional<std::uint64_t> from;
  std::string log_file;
  std::string report_file;
};

const char* usage();

// Throws std::invalid_argument, which says what is wrong.
arguments parse(int count, const char* const* words);

}  // namespace duroxide::simulation
