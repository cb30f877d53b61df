#include "persistence/prefix_range.hpp"

#include <cstddef>
#include <string_view>

namespace duroxide::persistence {

namespace {

std::size_t last_character(std::string_view text) {
  std::size_t last = text.size() - 1;
  while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xc0) == 0x80) --last;
  return last;
}

}  // namespace

std::optional<std::string> end_of_prefix(std::string prefix) {
  constexpr std::string_view greatest = "\U0010FFFF";
  while (prefix.ends_with(greatest)) prefix.resize(prefix.size() - greatest.size());
  if (prefix.empty()) return std::nullopt;
  // Characters of one length differ from the next one in the last byte, or have the last one of 64.
  const std::size_t position = last_character(prefix);
  const std::string_view character = std::string_view(prefix).substr(position);
  if (character == "\x7f") return prefix.replace(position, character.size(), "\u0080");
  if (character == "\u07ff") return prefix.replace(position, character.size(), "\u0800");
  if (character == "\ud7ff")
    return prefix.replace(position, character.size(), "\ue000");  // surrogates are between
  if (character == "\uffff") return prefix.replace(position, character.size(), "\U00010000");
  for (std::size_t i = prefix.size() - 1;; --i) {
    const bool continues = i > position;
    if (!continues || static_cast<unsigned char>(prefix[i]) != 0xbf) {
      prefix[i] = static_cast<char>(static_cast<unsigned char>(prefix[i]) + 1);
      return prefix;
    }
    prefix[i] = '\x80';
  }
}

}  // namespace duroxide::persistence
