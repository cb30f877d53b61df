#include "api/operations/times.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

namespace duroxide::operations {

namespace {

using namespace std::chrono;

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// Takes exactly so many digits off the front of `rest`.
std::optional<int> take_number(std::string_view& rest, std::size_t digits) {
  int number = 0;
  if (rest.size() < digits) return std::nullopt;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + digits, number);
  if (failed != std::errc() || end != rest.data() + digits || number < 0) return std::nullopt;
  rest.remove_prefix(digits);
  return number;
}

bool take(std::string_view& rest, char mark) {
  if (!rest.starts_with(mark)) return false;
  rest.remove_prefix(1);
  return true;
}

std::optional<year_month_day> take_date(std::string_view& rest) {
  const auto year_number = take_number(rest, 4);
  if (!year_number || !take(rest, '-')) return std::nullopt;
  const auto month_number = take_number(rest, 2);
  if (!month_number || !take(rest, '-')) return std::nullopt;
  const auto day_number = take_number(rest, 2);
  if (!day_number) return std::nullopt;
  const year_month_day date{year(*year_number), month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<milliseconds> take_seconds(std::string_view& rest) {
  const auto whole = take_number(rest, 2);
  if (!whole || *whole > 59) return std::nullopt;
  milliseconds found = seconds(*whole);
  if (!take(rest, '.')) return found;
  const auto fraction = take_number(rest, 3);
  if (!fraction) return std::nullopt;
  return found + milliseconds(*fraction);
}

std::optional<milliseconds> take_time_of_day(std::string_view& rest) {
  const auto hour_number = take_number(rest, 2);
  if (!hour_number || *hour_number > 23 || !take(rest, ':')) return std::nullopt;
  const auto minute_number = take_number(rest, 2);
  if (!minute_number || *minute_number > 59) return std::nullopt;
  milliseconds found = hours(*hour_number) + minutes(*minute_number);
  if (!take(rest, ':')) return found;
  const auto second = take_seconds(rest);
  if (!second) return std::nullopt;
  return found + *second;
}

std::optional<timestamp> absolute_time(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  timestamp found = sys_days(*date);
  if (text.empty()) return found;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto time_of_day = take_time_of_day(text);
  if (!time_of_day) return std::nullopt;
  take(text, 'Z');
  if (!text.empty()) return std::nullopt;
  return found + *time_of_day;
}

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

}  // namespace

std::string text_of(timestamp time) {
  const auto midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss clock(time - midnight);
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) +
         "-" + padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(clock.hours().count(), 2) + ":" +
         padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "." +
         padded(clock.subseconds().count(), 3) + "Z";
}

std::optional<timestamp> time_from(std::string_view text, timestamp now) {
  const auto ago = span_from(text);
  if (ago && *ago != no_limit) return now - *ago;
  return absolute_time(text);
}

std::optional<duration> span_from(std::string_view text) {
  constexpr std::int64_t most = 100'000'000'000'000;
  if (text == "forever") return no_limit;
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || number < 0 || number > most) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto* found = std::ranges::find(units, unit, &std::pair<std::string_view, std::int64_t>::first);
  if (found == units.end() || number > most / found->second) return std::nullopt;
  return duration(number * found->second);
}

}  // namespace duroxide::operations
