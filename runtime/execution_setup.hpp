// What an execution is given: who it is, its options, and for each turn the time and randomness.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace duroxide::internal {

struct execution_identity {
  std::string instance;
  std::uint64_t execution = 1;
  std::string orchestration;
  std::string version;
};

struct execution_options {
  std::string build_id;
  bool verify_replay = false;
  std::size_t payload_limit = limits::payload_bytes;
  std::size_t turn_limit = limits::turn_bytes;
  int history_format = limits::history_format;
};

// The two things that replay must not draw again: time and randomness.
struct turn_inputs {
  timestamp now{};
  std::function<std::uint64_t()> random_bits;
};

}  // namespace duroxide::internal
