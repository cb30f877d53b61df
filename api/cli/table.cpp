#include "api/cli/table.hpp"

#include <algorithm>

namespace duroxide::cli {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 12;  // of a last column that is cut

using widths = std::vector<std::size_t>;

void widen(widths& columns, const std::vector<cell>& row) {
  columns.resize(std::max(columns.size(), row.size()));
  for (std::size_t i = 0; i < row.size(); ++i) columns[i] = std::max(columns[i], columns_of(row[i].text));
}

std::string line_of(const std::vector<cell>& row, const widths& columns, const terminal& to) {
  std::string line;
  std::size_t position = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string text = row[i].text;
    const bool is_last = i + 1 == row.size();
    if (is_last && to.width != 0 && !row[i].is_number)
      text = cut(text, std::max(least_width, to.width - std::min(to.width, position)));
    const std::string padding(columns[i] - std::min(columns[i], columns_of(text)), ' ');
    if (row[i].is_number) line += padding;
    line += to.paint(text, row[i].how);
    if (!is_last) line += (row[i].is_number ? "" : padding) + std::string(gap, ' ');
    position += columns[i] + gap;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string table::text(const terminal& to) const {
  std::vector<cell> head;
  for (std::size_t i = 0; i < headings_.size(); ++i)
    head.push_back(
        {headings_[i], look::faint, !rows_.empty() && i < rows_[0].size() && rows_[0][i].is_number});
  widths columns;
  widen(columns, head);
  for (const auto& row : rows_) widen(columns, row);
  std::string lines = head.empty() ? "" : line_of(head, columns, to);
  for (const auto& row : rows_) lines += line_of(row, columns, to);
  return lines;
}

}  // namespace duroxide::cli
