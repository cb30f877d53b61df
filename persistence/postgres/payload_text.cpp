#include "persistence/postgres/payload_text.hpp"

#include "duroxide/utf8.hpp"
#include "persistence/hex.hpp"

#include <cstring>

namespace duroxide::persistence::postgres {

namespace {

constexpr std::string_view mark = "\\x";

}  // namespace

bool is_text_as_it_is(std::string_view bytes) noexcept {
  if (bytes.starts_with(mark)) return false;
  if (!bytes.empty() && std::memchr(bytes.data(), '\0', bytes.size()) != nullptr) return false;
  return is_utf8(bytes);
}

std::string to_text(std::string_view bytes) {
  if (is_text_as_it_is(bytes)) return std::string(bytes);
  return std::string(mark) + to_hex(bytes);
}

std::string from_text(std::string_view text) {
  if (text.starts_with(mark))
    if (auto bytes = from_hex(text.substr(mark.size()))) return *std::move(bytes);
  return std::string(text);
}

}  // namespace duroxide::persistence::postgres
