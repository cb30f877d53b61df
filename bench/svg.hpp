// Pieces of pages and pictures.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace duroxide::bench {

// As printf has it, up to 399 bytes.
template <class... Values> std::string formatted(const char* format, Values... values) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

// Text as it may stand in HTML and SVG.
std::string escaped(const std::string& text);
// With three digits that count: "0.0042", "12.3", "12346".
std::string short_number(double value);

// A line of text of a class of the page; `anchor` is start, middle or end.
std::string text_at(const char* kind, const char* anchor, double x, double y, const std::string& text);
// A line of a class of the page.
std::string line_at(const char* kind, double x1, double y1, double x2, double y2);

}  // namespace duroxide::bench
