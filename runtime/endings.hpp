// How executions end.
#pragma once

#include "duroxide/history_event.hpp"
#include "runtime/turn.hpp"

#include <string>

namespace duroxide::internal {

ending ended_as_failed(error_details why);
ending ended_as_cancelled(const std::string& reason, const std::string& orchestration);

// The event that ends an execution in this way.
history_event terminal_event(const ending& how);

}  // namespace duroxide::internal
