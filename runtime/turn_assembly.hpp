// The end of a turn: whether and how the execution ends with it.
#pragma once

#include "runtime/orchestration_engine.hpp"
#include "runtime/turn.hpp"

namespace duroxide::internal {

// How the execution ends as it is now. REQUIRES: the code is done, or cancelled; called once.
ending decide_ending(orchestration_engine& code);

// Checks the turn, ends the execution if the code is done or cancelled, and gives the turn away. REQUIRES: a
// turn is being made.
turn assemble_turn(orchestration_engine& code);

}  // namespace duroxide::internal
