#include "duroxide/semantic_version.hpp"

#include "duroxide/errors.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace duroxide {

namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find('.'); end != text.npos; end = text.find('.')) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without leading zeros, and small enough to count.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  if (!all_digits(text) || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc()) return std::nullopt;
  return value;
}

bool is_identifier(std::string_view text) {
  bool legal = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
  return legal && (!all_digits(text) || number(text));
}

// Numbers count as numbers and come before words.
std::strong_ordering compare(const std::string& left, const std::string& right) {
  auto left_number = number(left);
  auto right_number = number(right);
  if (left_number && right_number) return *left_number <=> *right_number;
  if (left_number.has_value() != right_number.has_value())
    return left_number ? std::strong_ordering::less : std::strong_ordering::greater;
  return left <=> right;
}

}  // namespace

bool semantic_version::is_valid(std::string_view text) {
  std::size_t dash = text.find('-');
  auto numbers = split(text.substr(0, dash));
  if (numbers.size() != 3 ||
      !std::ranges::all_of(numbers, [](auto part) { return number(part).has_value(); }))
    return false;
  return dash == text.npos || std::ranges::all_of(split(text.substr(dash + 1)), is_identifier);
}

semantic_version semantic_version::parse(std::string_view text) {
  if (!is_valid(text))
    throw configuration_error(error_kind::invalid_argument,
                              "'" + std::string(text) +
                                  "' is no version; write MAJOR.MINOR.PATCH, like 1.0.0 or 2.1.0-beta.1");
  std::size_t dash = text.find('-');
  auto numbers = split(text.substr(0, dash));
  semantic_version version(*number(numbers[0]), *number(numbers[1]), *number(numbers[2]));
  if (dash != text.npos)
    for (std::string_view part : split(text.substr(dash + 1))) version.pre_release_.emplace_back(part);
  return version;
}

std::string semantic_version::text() const {
  std::string text = std::to_string(major_) + "." + std::to_string(minor_) + "." + std::to_string(patch_);
  for (std::size_t i = 0; i < pre_release_.size(); ++i) text += (i == 0 ? "-" : ".") + pre_release_[i];
  return text;
}

std::strong_ordering semantic_version::operator<=>(const semantic_version& other) const {
  if (auto order = major_ <=> other.major_; order != 0) return order;
  if (auto order = minor_ <=> other.minor_; order != 0) return order;
  if (auto order = patch_ <=> other.patch_; order != 0) return order;
  if (pre_release_.empty() || other.pre_release_.empty())  // a pre-release comes before its release
    return other.pre_release_.size() <=> pre_release_.size();
  for (std::size_t i = 0; i < std::min(pre_release_.size(), other.pre_release_.size()); ++i)
    if (auto order = compare(pre_release_[i], other.pre_release_[i]); order != 0) return order;
  return pre_release_.size() <=> other.pre_release_.size();
}

}  // namespace duroxide
