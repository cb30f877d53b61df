#include "duroxide/detail/filter_words.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/filter.hpp"
#include "duroxide/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace duroxide::detail {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) {
  return begins_name(c) || is_digit(c) || c == '.' || c == ':' || c == '/' || c == '-';
}
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Of a relative time.
std::optional<duration> unit_of(char c) {
  switch (c) {
  case 's': return std::chrono::seconds(1);
  case 'm': return std::chrono::minutes(1);
  case 'h': return std::chrono::hours(1);
  case 'd': return std::chrono::days(1);
  case 'w': return std::chrono::weeks(1);
  default: return std::nullopt;
  }
}

std::optional<int> digits_at(std::string_view text, std::size_t place, std::size_t count) {
  if (place + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = place; i < place + count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = 10 * value + (text[i] - '0');
  }
  return value;
}

bool has_at(std::string_view text, std::size_t place, char c) {
  return place < text.size() && text[place] == c;
}

std::optional<timestamp> day_from(std::string_view text) {
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return timestamp(std::chrono::sys_days(date));
}

// What follows the T.
std::optional<duration> clock_from(std::string_view text) {
  const auto hour = digits_at(text, 0, 2);
  const auto minute = digits_at(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  duration since_midnight = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  std::size_t place = 5;
  if (has_at(text, place, ':')) {
    const auto second = digits_at(text, place + 1, 2);
    if (!second || *second > 59) return std::nullopt;
    since_midnight += std::chrono::seconds(*second);
    place += 3;
    if (has_at(text, place, '.')) {
      const auto millis = digits_at(text, place + 1, 3);
      if (!millis) return std::nullopt;
      since_midnight += duration(*millis);
      place += 4;
    }
  }
  if (has_at(text, place, 'Z')) ++place;
  return place == text.size() ? std::optional(since_midnight) : std::nullopt;
}

std::string padded(unsigned value, std::size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// REQUIRES: UTF-8.
std::string_view character_at(std::string_view text, std::size_t place) {
  std::size_t end = place + 1;
  while (end < text.size() && continues_character(text[end])) ++end;
  return text.substr(place, end - place);
}

std::size_t column_of(std::string_view text, std::size_t place) {
  const auto before = text.substr(0, place);
  return before.size() - static_cast<std::size_t>(std::ranges::count_if(before, continues_character)) + 1;
}

}  // namespace

std::optional<timestamp> time_from_date(std::string_view text) {
  const auto day = day_from(text.substr(0, 10));
  if (!day || text.size() == 10) return day;
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const auto since_midnight = clock_from(text.substr(11));
  if (!since_midnight) return std::nullopt;
  return *day + *since_midnight;
}

std::string date_text(timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2) +
         "T" + padded(static_cast<unsigned>(clock.hours().count()), 2) + ":" +
         padded(static_cast<unsigned>(clock.minutes().count()), 2) + ":" +
         padded(static_cast<unsigned>(clock.seconds().count()), 2) + "." +
         padded(static_cast<unsigned>(clock.subseconds().count()), 3) + "Z";
}

filter_words::filter_words(std::string_view text, timestamp now) : text_(text), now_(now) {
  if (text.size() > filter_limits::bytes)
    refuse(filter_limits::bytes, "the filter has " + std::to_string(text.size()) + " bytes; the limit is " +
                                     std::to_string(filter_limits::bytes) +
                                     ". Ask for less at once, by several filters");
  if (!is_utf8(text) || text.find('\0') != text.npos)
    throw configuration_error(error_kind::invalid_argument,
                              "the filter is no text: it is not UTF-8, or has a NUL; encode it as UTF-8");
  next_ = read();
}

filter_word filter_words::take() {
  return std::exchange(next_, next_.kind == filter_word_kind::end ? next_ : read());
}

void filter_words::refuse(std::size_t place, const std::string& reason) const {
  const std::size_t column = column_of(text_, place);
  throw filter_error("the filter cannot be read at column " + std::to_string(column) + ": " + reason, column);
}

void filter_words::skip_blanks() {
  while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
}

filter_word filter_words::read() {
  skip_blanks();
  if (position_ == text_.size()) return {.place = position_};
  const char first = text_[position_];
  if (first == '\'') return read_quoted('\'', filter_word_kind::text);
  if (first == '"') return read_quoted('"', filter_word_kind::quoted);
  if (begins_name(first)) return read_name();
  if (first == '+' || first == '-')
    if (auto relative = read_relative()) return *std::move(relative);
  if (is_digit(first) || first == '-') return read_number();
  if (auto mark = read_mark()) return *std::move(mark);
  refuse(position_, "'" + std::string(character_at(text_, position_)) +
                        "' means nothing here; put text in single quotes, and the name of a label that has "
                        "such characters in double quotes");
}

filter_word filter_words::read_quoted(char quote, filter_word_kind kind) {
  filter_word word{.kind = kind, .place = position_};
  for (++position_; position_ < text_.size(); ++position_) {
    if (text_[position_] == quote) {
      ++position_;
      if (!has_at(text_, position_, quote)) return word;
    }
    word.text += text_[position_];
  }
  refuse(word.place, std::string("the quote is not closed; end it with ") + quote +
                         ", and write a quote inside of it twice");
}

filter_word filter_words::read_name() {
  const std::size_t begin = position_;
  while (position_ < text_.size() && continues_name(text_[position_])) ++position_;
  return {.kind = filter_word_kind::name,
          .text = std::string(text_.substr(begin, position_ - begin)),
          .place = begin};
}

// A number, or a date.
filter_word filter_words::read_number() {
  const std::size_t begin = position_;
  const auto belongs = [](char c) {
    return is_digit(c) || begins_name(c) || c == '.' || c == '-' || c == '+' || c == ':';
  };
  while (position_ < text_.size() && (position_ == begin || belongs(text_[position_]))) ++position_;
  const std::string_view found = text_.substr(begin, position_ - begin);
  if (const auto time = time_from_date(found))
    return {.kind = filter_word_kind::time, .text = std::string(found), .time = *time, .place = begin};
  filter_word word{.kind = filter_word_kind::number, .text = std::string(found), .place = begin};
  const auto [end, failed] = std::from_chars(found.data(), found.data() + found.size(), word.number);
  if (failed == std::errc() && end == found.data() + found.size() && std::isfinite(word.number)) return word;
  refuse(begin, "'" + std::string(found) +
                    "' is neither a number nor a time; write 42, -1.5, 2026-11-30, 2026-11-30T08:00:00Z, -2d "
                    "(units: s, m, h, d, w), or put text in single quotes");
}

// -2d. None if it is a number.
std::optional<filter_word> filter_words::read_relative() {
  constexpr std::size_t most_digits = 9;
  std::size_t end = position_ + 1;
  std::int64_t count = 0;
  for (; end < text_.size() && is_digit(text_[end]) && end <= position_ + most_digits; ++end)
    count = 10 * count + (text_[end] - '0');
  const auto unit = end < text_.size() ? unit_of(text_[end]) : std::nullopt;
  if (!unit || end == position_ + 1 || (end + 1 < text_.size() && continues_name(text_[end + 1])))
    return std::nullopt;
  if (count > longest_delay / *unit)
    refuse(position_, "this time is more than 100 years away; check its unit");
  const duration away = *unit * count;
  filter_word word{.kind = filter_word_kind::time, .place = position_};
  word.time = text_[position_] == '-' ? now_ - away : now_ + away;
  position_ = end + 1;
  return word;
}

std::optional<filter_word> filter_words::read_mark() {
  constexpr std::array<std::string_view, 10> marks{"!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","};
  for (const std::string_view mark : marks) {
    if (!text_.substr(position_).starts_with(mark)) continue;
    filter_word word{.kind = filter_word_kind::mark, .text = std::string(mark), .place = position_};
    position_ += mark.size();
    return word;
  }
  return std::nullopt;
}

}  // namespace duroxide::detail
