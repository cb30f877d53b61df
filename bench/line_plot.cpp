#include "bench/line_plot.hpp"

#include "bench/svg.hpp"

#include <algorithm>
#include <cmath>

namespace duroxide::bench {

namespace {

constexpr double left = 60;
constexpr double plot_width = 560;
constexpr double least_label_width = 220;
constexpr double character_width = 7.5;  // of the font of the page, and a little more
constexpr double top = 12;
constexpr double plot_height = 200;
constexpr double bottom_margin = 44;
constexpr int most_lines = 5;
constexpr std::size_t colours = 3;

// The smallest of 1, 2, 5 times a power of ten of which at most `most_lines` reach `most`.
double step_to(double most) {
  const double decade = std::pow(10, std::floor(std::log10(most / most_lines)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * decade * most_lines >= most) return factor * decade;
  return 10 * decade;
}

struct axis {
  explicit axis(double most) : step(step_to(most)), end(step * std::ceil(most / step)) {}
  double step;
  double end;
};

double x_of(double value, const axis& scale) { return left + plot_width * value / scale.end; }
double y_of(double value, const axis& scale) { return top + plot_height * (1 - value / scale.end); }

std::string grid_of(const axis& x, const axis& y) {
  std::string svg;
  for (double tick = 0; tick <= y.end * 1.001; tick += y.step) {
    svg += line_at("grid", left, y_of(tick, y), left + plot_width, y_of(tick, y));
    svg += text_at("faint", "end", left - 8, y_of(tick, y) + 4, short_number(tick));
  }
  for (double tick = 0; tick <= x.end * 1.001; tick += x.step)
    svg += text_at("faint", "middle", x_of(tick, x), top + plot_height + 16, short_number(tick));
  return svg;
}

std::string curve_of(const curve& what, std::size_t number, const axis& x, const axis& y) {
  const std::string kind = std::to_string(number % colours);
  std::string path;
  std::string dots;
  for (const auto& [position, value] : what.points) {
    path += formatted("%.1f,%.1f ", x_of(position, x), y_of(value, y));
    dots += formatted("<circle class=\"dot%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n", kind.c_str(),
                      x_of(position, x), y_of(value, y));
  }
  const double end = y_of(what.points.back().second, y);
  return "<polyline class=\"line" + kind + "\" points=\"" + path + "\"/>\n" + dots +
         text_at("text", "start", x_of(what.points.back().first, x) + 10, end + 4, what.label);
}

double label_width_of(const std::vector<curve>& curves) {
  std::size_t longest = 0;
  for (const curve& each : curves) longest = std::max(longest, each.label.size());
  return std::max(least_label_width, character_width * static_cast<double>(longest) + 20);
}

}  // namespace

std::string line_plot(const std::string& title, const std::string& x_name, const std::vector<curve>& curves) {
  double most_x = 0;
  double most_y = 0;
  for (const curve& each : curves)
    for (const auto& [x, y] : each.points) {
      most_x = std::max(most_x, x);
      most_y = std::max(most_y, y);
    }
  if (!(most_x > 0) || !(most_y > 0)) return {};
  const axis x(most_x);
  const axis y(most_y);
  std::string svg = formatted("<svg role=\"img\" viewBox=\"0 0 %.0f %.0f\">\n<title>",
                              left + plot_width + label_width_of(curves), top + plot_height + bottom_margin) +
                    escaped(title) + "</title>\n" + grid_of(x, y);
  svg += text_at("faint", "middle", left + plot_width / 2, top + plot_height + 36, x_name);
  for (std::size_t i = 0; i < curves.size(); ++i)
    if (!curves[i].points.empty()) svg += curve_of(curves[i], i, x, y);
  return svg + "</svg>\n";
}

}  // namespace duroxide::bench
