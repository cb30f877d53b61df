// What an execution waits for.
#pragma once

#include "duroxide/history_event.hpp"

#include <vector>

namespace duroxide::operations {

// The schedule events of a history that have no outcome yet: activities, timers, sub-orchestrations, commands, and
// subscriptions to events and queues; in order.
std::vector<history_event> open_waits(const std::vector<history_event>& history);

}  // namespace duroxide::operations
