#include "persistence/fenced.hpp"

#include "persistence/store_failure.hpp"

#include <string>

namespace duroxide::persistence {

void throw_fenced(std::uint64_t node) {
  throw store_failure(
      commit_certainty::fenced, error_kind::store_in_use,
      "node " + std::to_string(node) +
          " is not a member of the store any more: it has left, or was found dead. Nothing was "
          "written; join again.");
}

}  // namespace duroxide::persistence
