#include "duroxide/command_id.hpp"

#include "duroxide/detail/platform.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>

namespace duroxide {

namespace {

constexpr std::size_t random_digits = 16;

bool is_hexadecimal(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == text.npos; }

}  // namespace

std::string new_command_id() {
  char random[random_digits + 1];
  std::snprintf(random, sizeof random, "%016llx", static_cast<unsigned long long>(detail::random_bits()));
  return std::to_string(detail::wall_clock_now().time_since_epoch().count()) + '-' + random;
}

std::optional<timestamp> time_of_command_id(std::string_view id) {
  std::int64_t milliseconds = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), milliseconds);
  if (failed != std::errc() || milliseconds < 0 || end == id.data() + id.size() || *end != '-')
    return std::nullopt;
  const std::string_view random(end + 1, id.data() + id.size());
  if (random.size() != random_digits || !is_hexadecimal(random)) return std::nullopt;
  return timestamp(duration(milliseconds));
}

}  // namespace duroxide
