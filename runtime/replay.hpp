// Running the code again over its history, without doing anything.
#pragma once

#include "runtime/orchestration_engine.hpp"

#include <vector>

namespace duroxide::internal {

// Takes the history of an execution. REQUIRES: not empty, ids that begin with 1 and grow, first orchestration_started.
void load_history(execution_state& state, std::vector<history_event> history);

// Whether the history that is replayed goes on, or has ended with an event that was left out of it. At an end
// the code is destroyed, and its destructors may have asked for something.
enum class history_end : std::uint8_t { open, reached };

// Runs the code over all that was loaded. A difference is the mismatch of `code.state().history`.
void replay_loaded(orchestration_engine& code, history_end end);

}  // namespace duroxide::internal
