#include "bench/dot_plot.hpp"

#include "bench/svg.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace duroxide::bench {

namespace {

constexpr double label_width = 250;
constexpr double plot_width = 400;
constexpr double value_width = 190;
constexpr double width = label_width + plot_width + value_width;
constexpr double top = 24;
constexpr double row_height = 26;

// Whole decades.
struct scale {
  double low = 0;  // exponents
  double high = 1;

  double x_of(double value) const {
    return label_width + plot_width * (std::log10(value) - low) / (high - low);
  }
};

std::vector<double> positive(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !(value > 0) || !std::isfinite(value); });
  return values;
}

std::optional<scale> scale_of(const std::vector<dot_row>& rows) {
  std::vector<double> all;
  for (const dot_row& row : rows)
    for (const double value : positive(row.values)) all.push_back(value);
  if (all.empty()) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(all);
  scale found{std::floor(std::log10(least)), std::ceil(std::log10(most))};
  if (found.high <= found.low) found.high = found.low + 1;
  return found;
}

std::string grid_of(const scale& horizontal, double bottom) {
  std::string svg;
  for (double exponent = horizontal.low; exponent <= horizontal.high; ++exponent) {
    const double value = std::pow(10, exponent);
    const double x = horizontal.x_of(value);
    svg += line_at("grid", x, top, x, bottom);
    svg += text_at("faint", "middle", x, top - 8, short_number(value));
  }
  return svg;
}

std::string row_of(const dot_row& row, const scale& horizontal, double y) {
  std::string svg = text_at("text", "end", label_width - 14, y + 4, row.label);
  std::string label;
  const auto shown = positive(row.values);
  if (shown.empty()) return svg;
  const auto [least, most] = std::ranges::minmax(shown);
  svg += line_at("range", horizontal.x_of(least), y, horizontal.x_of(most), y);
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    label += (i == 0 ? "" : " / ") + short_number(row.values[i]);
    if (row.values[i] > 0)
      svg += formatted("<circle class=\"dot%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", i,
                       horizontal.x_of(row.values[i]), y);
  }
  return svg + text_at("text", "start", label_width + plot_width + 14, y + 4, label);
}

}  // namespace

std::string dot_plot(const std::string& title, const std::vector<dot_row>& rows) {
  const auto horizontal = scale_of(rows);
  if (!horizontal) return {};
  const double bottom = top + row_height * static_cast<double>(rows.size());
  std::string svg = formatted("<svg role=\"img\" viewBox=\"0 0 %.0f %.0f\">\n<title>", width, bottom + 6) +
                    escaped(title) + "</title>\n" + grid_of(*horizontal, bottom);
  double y = top + row_height / 2;
  for (const dot_row& row : rows) {
    svg += row_of(row, *horizontal, y);
    y += row_height;
  }
  return svg + "</svg>\n";
}

}  // namespace duroxide::bench
