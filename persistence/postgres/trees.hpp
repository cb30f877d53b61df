// Trees of instances that are closed.
#pragma once

#include "duroxide/time.hpp"
#include "persistence/postgres/store.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence::postgres {

struct tree_cancellation {
  std::uint64_t root = 0;
  const std::string& reason;
  timestamp at{};
};

// See provider::cancel_tree.
std::string cancel_tree(store& in, const tree_cancellation& what, const std::string& position);

}  // namespace duroxide::persistence::postgres
