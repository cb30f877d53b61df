#include "bench/svg.hpp"

#include <cmath>

namespace duroxide::bench {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char each : text) {
    switch (each) {
    case '&': safe += "&amp;"; break;
    case '<': safe += "&lt;"; break;
    case '>': safe += "&gt;"; break;
    case '"': safe += "&quot;"; break;
    default: safe += each;
    }
  }
  return safe;
}

std::string short_number(double value) { return formatted(std::abs(value) >= 100 ? "%.0f" : "%.3g", value); }

std::string text_at(const char* kind, const char* anchor, double x, double y, const std::string& text) {
  return formatted("<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", kind, anchor, x, y) +
         escaped(text) + "</text>\n";
}

std::string line_at(const char* kind, double x1, double y1, double x2, double y2) {
  return formatted("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", kind, x1, y1, x2,
                   y2);
}

}  // namespace duroxide::bench
