#include "persistence/transfer_parents.hpp"

#include <functional>

namespace duroxide::persistence {

namespace {

std::uint64_t hash_of(std::string_view id) { return std::hash<std::string_view>()(id); }

}  // namespace

void transfer_parents::add(std::string_view child, std::string_view parent, std::uint64_t line) {
  parents_.emplace(hash_of(child), link{hash_of(parent), line});
}

std::optional<std::uint64_t> transfer_parents::first_of_a_circle() {
  std::uint64_t walk = 0;
  for (auto& [child, first] : parents_) {
    ++walk;
    for (link* next = &first; next->walk == 0;) {
      next->walk = walk;
      const auto above = parents_.find(next->parent);
      if (above == parents_.end()) break;
      next = &above->second;
      if (next->walk == walk) return next->line;
    }
  }
  return std::nullopt;
}

}  // namespace duroxide::persistence
