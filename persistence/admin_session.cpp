#include "persistence/admin_session.hpp"

#include "duroxide/detail/ensure.hpp"

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

std::size_t sql_row::index_of(std::string_view column) const {
  const std::size_t count = names_->size();
  for (std::size_t passed = 0; passed < count; ++passed) {
    const std::size_t index = (next_ + passed) % count;
    if ((*names_)[index] != column) continue;
    next_ = index + 1;
    return index;
  }
  const std::string promise = "a statement gives the column " + std::string(column) + " that is read of it";
  detail::ensure(false, promise.c_str());
  return 0;
}

std::uint64_t sql_row::number(std::string_view column) const {
  const auto& text = value(column);
  return text ? static_cast<std::uint64_t>(number_from(*text)) : 0;
}

timestamp sql_row::time(std::string_view column) const { return optional_time(column).value_or(timestamp()); }

std::optional<timestamp> sql_row::optional_time(std::string_view column) const {
  const auto& text = value(column);
  if (!text) return std::nullopt;
  return timestamp(duration(number_from(*text)));
}

}  // namespace duroxide::persistence
