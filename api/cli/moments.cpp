#include "api/cli/moments.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace duroxide::cli {

std::string local_time(timestamp time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  std::array<char, 32> text{};
  if (!localtime_r(&seconds, &parts)) return {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string rough(duration span) {
  const auto count = span.count();
  if (count != 0 && count < 1000) return std::to_string(count) + "ms";
  if (count < 60'000) return std::to_string(count / 1000) + "s";
  if (count < 3'600'000) return std::to_string(count / 60'000) + "m";
  if (count < 2 * 86'400'000) return std::to_string(count / 3'600'000) + "h";
  return std::to_string(count / 86'400'000) + "d";
}

timestamp now() { return std::chrono::floor<duration>(std::chrono::system_clock::now()); }

}  // namespace duroxide::cli
