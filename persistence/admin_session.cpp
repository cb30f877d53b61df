#include "persistence/admin_session.hpp"

#include <charconv>
#include <stdexcept>

namespace duroxide::persistence {

namespace {

std::int64_t number_from(const std::string& text) {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), last, value);
  if (failed != std::errc() || end != last) throw std::invalid_argument("'" + text + "' is no number");
  return value;
}

}  // namespace

std::uint64_t sql_row::number() {
  const auto text = next();
  return text ? static_cast<std::uint64_t>(number_from(*text)) : 0;
}

timestamp sql_row::time() { return optional_time().value_or(timestamp()); }

std::optional<timestamp> sql_row::optional_time() {
  const auto text = next();
  if (!text) return std::nullopt;
  return timestamp(duration(number_from(*text)));
}

}  // namespace duroxide::persistence
