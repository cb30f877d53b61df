// Columns for people.
#pragma once

#include "api/cli/terminal.hpp"

#include <string>
#include <vector>

namespace duroxide::cli {

struct cell {
  std::string text{};  // printable
  look how = look::plain;
  bool is_number = false;  // stands at the right
};

// Columns are as wide as they have to be; on a terminal the last one is cut at its edge.
class table {
public:
  explicit table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  void add(std::vector<cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const noexcept { return rows_.empty(); }

  // Lines, each with its end.
  std::string text(const terminal& to) const;

private:
  std::vector<std::string> headings_;  // none: no line of headings
  std::vector<std::vector<cell>> rows_;
};

}  // namespace duroxide::cli
