// How much one turn may ask for, with all that it ends with.
#pragma once

#include "runtime/execution_state.hpp"
#include "runtime/turn.hpp"

#include <optional>

namespace duroxide::internal {

// If the turn is larger than it may be: takes it back, so that it ends with what has arrived and asks for
// nothing, and gives the error. The code has not asked for more than it may if history does not match it.
std::optional<error_details> enforce_turn_limit(execution_state& state, const std::optional<ending>& how);

}  // namespace duroxide::internal
