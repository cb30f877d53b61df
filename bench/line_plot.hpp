// Curves as SVG.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace duroxide::bench {

struct curve {
  std::string label;
  std::vector<std::pair<double, double>> points;  // from left to right, none below 0
};

// On linear scales that begin at 0, so that what stays the same looks flat. Classes of the page give the
// colours: `text`, `faint`, `grid`, and `line0` and `dot0` of the first curve, to `line2`, which are all: a
// fourth has those of the first. Empty if there is nothing to show.
std::string line_plot(const std::string& title, const std::string& x_name, const std::vector<curve>& curves);

}  // namespace duroxide::bench
