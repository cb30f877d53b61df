// A plot as SVG.
#pragma once

#include <string>
#include <vector>

namespace duroxide::bench {

struct dot_row {
  std::string label;
  std::vector<double> values;  // each a dot, joined by a line; what is not above 0 is left out
};

// One row below the other, on a logarithmic scale, because workloads differ by orders of magnitude. Colours
// come from the classes `text`, `faint`, `grid`, `range` and `dot0`, `dot1`, ... of the page. Empty if there
// is nothing to show.
std::string dot_plot(const std::string& title, const std::vector<dot_row>& rows);

}  // namespace duroxide::bench
