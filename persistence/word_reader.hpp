// Reading words that are separated by blanks, in any locale.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <system_error>

namespace duroxide::persistence {

// Goes from left to right. After the first word that is not there, or is not the number that was asked for,
// nothing more is read. Streams are not used for this, because they read and write numbers as the program's
// global locale says: "1 234" where people write so.
class word_reader {
public:
  explicit word_reader(std::string_view text) : rest_(text) {}

  // False, and the value as it was, if there is none.
  bool read(std::string& word) {
    const std::string_view next = take();
    if (!next.empty()) word = next;
    return !next.empty();
  }
  bool read(std::integral auto& number) {
    const std::string_view next = take();
    const char* const end = next.data() + next.size();
    auto value = number;
    const auto [behind, failed] = std::from_chars(next.data(), end, value);
    const bool is_number = failed == std::errc() && behind == end;
    if (is_number)
      number = value;
    else
      rest_ = {};
    return is_number;
  }

private:
  std::string_view take() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }

  std::string_view rest_;
};

}  // namespace duroxide::persistence
