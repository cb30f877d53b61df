#include "persistence/transfer_difference.hpp"

#include <algorithm>

namespace duroxide::persistence {

std::string difference(const std::vector<std::string>& in_file, const std::vector<std::string>& in_store) {
  constexpr std::size_t shown = 200;  // of a line
  if (in_store.empty()) return "is not in the store";
  for (std::size_t i = 0; i < std::max(in_file.size(), in_store.size()); ++i) {
    if (i >= in_file.size()) return "the store has more: " + in_store[i].substr(0, shown);
    if (i >= in_store.size()) return "the store lacks " + in_file[i].substr(0, shown);
    if (in_file[i] != in_store[i])
      return "the file has " + in_file[i].substr(0, shown) + ", the store has " +
             in_store[i].substr(0, shown);
  }
  return "";
}

}  // namespace duroxide::persistence
