// Whether replay agrees with what was run, or with how it has ended.
#pragma once

#include "runtime/execution_state.hpp"
#include "runtime/turn.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// Open operations, values and buffered messages as text: equal for executions in the same state.
std::string state_as_text(const execution_state& state);

// How replaying all that `live` has recorded, with the turn that is being made, differs from having run it.
// `how`: as the live execution ends with this turn.
std::optional<error_details> verify_replay(const execution_state& live, const std::optional<ending>& how);

// For an execution that has ended: how the code ends otherwise than the last event says. What comes from
// outside (a cancellation, a limit, poison) is not asked for. REQUIRES: `fresh` has run nothing, and nothing is
// done with it afterwards; the history is not empty, with ids from 1 without gaps.
std::optional<error_details> replay_to_the_end(execution_state& fresh, std::vector<history_event> history);

// For an execution that goes on: what does not match, also if the code has ended, or waits for something else,
// where the history is open. (An instance that runs goes on from there as its code does.) REQUIRES: as above.
std::optional<error_details> replay_to_the_wait(execution_state& fresh, std::vector<history_event> history);

}  // namespace duroxide::internal
