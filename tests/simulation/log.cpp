#include "tests/simulation/log.hpp"

#include <stdexcept>

namespace duroxide::simulation {

log::log(const std::string& file) {
  if (file.empty()) return;
  to_.open(file);
  if (!to_) throw std::runtime_error("the log '" + file + "' cannot be written");
}

std::string log::line_of(timestamp at, std::string_view who, std::string_view what) {
  std::string line = std::to_string(at.time_since_epoch().count());
  return line.append(" ").append(who).append(": ").append(what).append("\n");
}

void log::remark(timestamp at, std::string_view who, std::string_view what) {
  if (to_.is_open()) to_ << line_of(at, who, what);
}

void log::write(timestamp at, std::string_view who, std::string_view what) {
  const std::string line = line_of(at, who, what);
  for (const char each : line) {
    hash_ ^= static_cast<unsigned char>(each);
    hash_ *= 0x100000001b3ULL;
  }
  ++lines_;
  if (to_.is_open()) to_ << line;
}

}  // namespace duroxide::simulation
