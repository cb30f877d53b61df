// Custom status, key-value store and labels of an instance that goes back in its history.
#pragma once

#include "duroxide/history_event.hpp"
#include "runtime/turn.hpp"

#include <cstdint>
#include <vector>

namespace duroxide::internal {

// Adds to the turn what makes them what the code had made of them before this event, if it has changed them since.
// Labels that were set from outside stay.
void restore_values(const std::vector<history_event>& history, std::uint64_t event, turn& made);

}  // namespace duroxide::internal
