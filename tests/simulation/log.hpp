// The log of a simulation: what happened, in order. The same seed gives the same log, byte for byte.
#pragma once

#include "duroxide/time.hpp"

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace duroxide::simulation {

class log {
public:
  // With a file it is written there, else only its hash is kept.
  explicit log(const std::string& file = {});

  void write(timestamp time, std::string_view source, std::string_view text);
  // For the reader of a file only: it does not count as having happened.
  void remark(timestamp time, std::string_view source, std::string_view text);
  bool has_reader() const { return to_.is_open(); }
  // FNV-1a, 64 bits, of all that was written.
  std::uint64_t hash() const { return hash_; }
  std::uint64_t lines() const { return lines_; }

private:
  static std::string line_of(timestamp time, std::string_view source, std::string_view text);

  std::ofstream to_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t lines_ = 0;
};

}  // namespace duroxide::simulation
