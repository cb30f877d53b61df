#include "tests/simulation/log.hpp"

#include <stdexcept>

namespace duroxide::simulation {

log::log(const std::string& file) {
  if (file.empty()) return;
  to_.open(file);
  if (!to_) throw std::runtime_error("the log '" + file + "' cannot be written");
}

std::string log::line_of(timestamp time, std::string_view source, std::string_view text) {
  std::string line = std::to_string(time.time_since_epoch().count());
  return line.append(" ").append(source).append(": ").append(text).append("\n");
}

void log::remark(timestamp time, std::string_view source, std::string_view text) {
  if (to_.is_open()) to_ << line_of(time, source, text);
}

void log::write(timestamp time, std::string_view source, std::string_view text) {
  const std::string line = line_of(time, source, text);
  for (const char each : line) {
    hash_ ^= static_cast<unsigned char>(each);
    hash_ *= 0x100000001b3ULL;
  }
  ++lines_;
  if (to_.is_open()) to_ << line;
}

}  // namespace duroxide::simulation
