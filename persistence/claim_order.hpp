// The order in which claimed activities are to be run, whatever store they come from.
#pragma once

#include "duroxide/provider.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace duroxide::persistence {

// As they are due, then by the life of their instance, within one the oldest first (activity_claim).
inline void sort_as_due(std::vector<stored_activity>& claimed) {
  std::ranges::sort(claimed, {}, [](const stored_activity& each) {
    return std::tuple(each.due, each.key.life, each.key.execution, each.key.event_id);
  });
}

}  // namespace duroxide::persistence
