// The global locale of a program that writes "1 234 567" for 1234567, and a comma for the decimal point.
#pragma once

#include <locale>
#include <string>

namespace duroxide::testing_support {

// While this lives. No locale need be installed for it.
class grouped_numbers {
public:
  explicit grouped_numbers(char separator)
      : before_(std::locale::global(std::locale(std::locale::classic(), new punctuation(separator)))) {}
  grouped_numbers(const grouped_numbers&) = delete;
  grouped_numbers& operator=(const grouped_numbers&) = delete;
  ~grouped_numbers() { std::locale::global(before_); }

private:
  class punctuation final : public std::numpunct<char> {
  public:
    explicit punctuation(char separator) : separator_(separator) {}

  private:
    char do_thousands_sep() const override { return separator_; }
    std::string do_grouping() const override { return "\3"; }
    char do_decimal_point() const override { return ','; }

    char separator_;
  };

  std::locale before_;
};

}  // namespace duroxide::testing_support
