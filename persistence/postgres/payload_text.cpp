#include "persistence/postgres/payload_text.hpp"

#include "duroxide/utf8.hpp"

#include <cstring>

namespace duroxide::persistence::postgres {

namespace {

constexpr std::string_view mark = "\\x";
constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

bool is_text_as_it_is(std::string_view bytes) noexcept {
  if (bytes.starts_with(mark)) return false;
  if (!bytes.empty() && std::memchr(bytes.data(), '\0', bytes.size()) != nullptr) return false;
  return is_utf8(bytes);
}

std::string to_text(std::string_view bytes) {
  if (is_text_as_it_is(bytes)) return std::string(bytes);
  std::string text(mark);
  text.reserve(mark.size() + 2 * bytes.size());
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 0xf]);
  }
  return text;
}

std::string from_text(std::string_view text) {
  const bool plain = !text.starts_with(mark) || text.size() % 2 != 0 ||
                     text.find_first_not_of(digits, mark.size()) != std::string_view::npos;
  if (plain) return std::string(text);
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = mark.size(); i < text.size(); i += 2)
    bytes.push_back(static_cast<char>(digits.find(text[i]) << 4 | digits.find(text[i + 1])));
  return bytes;
}

}  // namespace duroxide::persistence::postgres
