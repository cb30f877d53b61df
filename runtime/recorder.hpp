// How what the code asks for enters history: appended when it runs live, matched when it is replayed.
#pragma once

#include "duroxide/code_location.hpp"
#include "runtime/execution_state.hpp"

#include <string>
#include <string_view>

namespace duroxide::internal {

// Live only. The event stays where it is until the next one is appended.
const history_event& append(execution_state& state, history_event&& event);

// Gives the event as it is in history. Null: there is a mismatch, it was refused, or no turn is being made, as
// when destructors ask for something while an instance leaves memory. `rewrite`: of the payload of `asked`.
const history_event* record(execution_state& state, history_event&& asked, const code_location& where,
                            detail::payload_rewriter rewrite = nullptr);

// Whether a recorded payload is too large or too deep, which ends the orchestration without its code.
// `description` and `name` say whose it is, as in "the input of activity", "charge".
bool refuse_payload(execution_state& state, std::string_view description, const std::string& name,
                    const std::string& payload);

}  // namespace duroxide::internal
