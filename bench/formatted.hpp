// Text by a format.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

namespace duroxide::bench {

// As printf has it, however long.
template <class... Values> std::string formatted(const char* format, Values... values) {
  const int length = std::snprintf(nullptr, 0, format, values...);
  if (length <= 0) return {};
  std::string text(static_cast<std::size_t>(length), ' ');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

}  // namespace duroxide::bench
