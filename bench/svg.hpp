// Pieces of pages and pictures.
#pragma once

#include "bench/formatted.hpp"

#include <string>

namespace duroxide::bench {

// Text as it may stand in HTML and SVG.
std::string escaped(const std::string& text);
// With three digits that count: "0.0042", "12.3", "12346".
std::string short_number(double value);

// A line of text of a class of the page; `anchor` is start, middle or end.
std::string text_at(const char* kind, const char* anchor, double x, double y, const std::string& text);
// A line of a class of the page.
std::string line_at(const char* kind, double x1, double y1, double x2, double y2);

}  // namespace duroxide::bench
