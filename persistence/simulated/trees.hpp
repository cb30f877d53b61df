// Trees of instances that are closed.
#pragma once

#include "persistence/simulated/sending.hpp"

#include <cstdint>
#include <string>

namespace duroxide::internal::simulated {

struct tree_cancellation {
  std::uint64_t root = 0;
  const std::string& reason;
  timestamp at{};
};

// See provider::cancel_tree.
std::string cancel_tree(tables& in, const author& by, const tree_cancellation& what,
                        const std::string& position);

}  // namespace duroxide::internal::simulated
