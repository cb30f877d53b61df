// What is wrong with a command line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::cli {

// what() says what was wrong, the hint what to do.
class usage_error : public std::runtime_error {
public:
  explicit usage_error(const std::string& wrong, std::string hint = {})
      : std::runtime_error(wrong), hint_(std::move(hint)) {}

  const std::string& hint() const noexcept { return hint_; }

private:
  std::string hint_;
};

// The word that was most likely meant; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// A word of a command line in quotes, to be shown in a complaint. What may be a URL with a password is not shown.
std::string word_in_quotes(std::string_view word);

}  // namespace duroxide::cli
