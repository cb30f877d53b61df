// The words of a filter.
#pragma once

#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

enum class filter_word_kind : std::uint8_t {
  name,    // a bare word
  quoted,  // "a name"
  text,    // 'text'
  number,
  time,  // relative, or a date
  mark,  // ( ) , and comparisons
  end,
};

struct filter_word {
  filter_word_kind kind = filter_word_kind::end;
  std::string text{};  // without its quotes
  double number = 0;
  timestamp time{};
  std::size_t place = 0;  // in bytes, from 0
};

// Takes a text apart. Throws filter_error, or configuration_error (invalid_argument) for what is no text.
class filter_words {
public:
  filter_words(std::string_view text, timestamp now);

  const filter_word& next() const { return next_; }
  // Leaves the word behind.
  filter_word take();
  // `column` of what stands at this place.
  [[noreturn]] void refuse(std::size_t place, const std::string& reason) const;

private:
  void skip_blanks();
  filter_word read();
  filter_word read_quoted(char quote, filter_word_kind kind);
  filter_word read_name();
  filter_word read_number();
  std::optional<filter_word> read_relative();
  std::optional<filter_word> read_mark();

  std::string_view text_;
  timestamp now_;
  std::size_t position_ = 0;
  filter_word next_;
};

// 2026-11-30, 2026-11-30T08:00, 2026-11-30T08:00:00, with .123 and Z or not: times are UTC. None for another text.
std::optional<timestamp> time_from_date(std::string_view text);
// With milliseconds. REQUIRES: a year of four digits.
std::string date_text(timestamp time);

}  // namespace duroxide::detail
