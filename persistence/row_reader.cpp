#include "persistence/row_reader.hpp"

#include "duroxide/detail/ensure.hpp"

#include <algorithm>

namespace duroxide::persistence {

namespace {

bool is_same_column(const char* wanted, const char* column) {
  return wanted == only_column || std::string_view(wanted) == column;
}

std::string listed(std::span<const char* const> names) {
  std::string list;
  for (const char* each : names) {
    if (!list.empty()) list += ", ";
    list += each == only_column ? "(any)" : each;
  }
  return list;
}

}  // namespace

void row_reader::require_same(std::span<const char* const> wanted, std::span<const char* const> columns) {
  if (std::ranges::equal(wanted, columns, is_same_column)) return;
  const std::string promise = "a statement gives the columns that are read of it: (" + listed(columns) +
                              ") are (" + listed(wanted) + ")";
  detail::ensure(false, promise.c_str());
}

}  // namespace duroxide::persistence
