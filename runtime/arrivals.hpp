// What becomes of messages: they enter history, and the code gets to see them.
#pragma once

#include "runtime/orchestration_engine.hpp"

namespace duroxide::internal {

// Shows an event that arrived to the code, which runs until it waits again. Live and on replay alike.
void apply(orchestration_engine& code, const history_event& arrived);

// Live: takes what arrived, one message or all that is waited for in the backlog, as far as the
// turn has room. REQUIRES: a turn is being made.
void take_message(orchestration_engine& code, const message& next, backlog& waiting);
void take_from_backlog(orchestration_engine& code, backlog& waiting);

}  // namespace duroxide::internal
