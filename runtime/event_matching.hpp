// Strict matching: is this what the code asked for when the history was written?
#pragma once

#include "duroxide/code_location.hpp"
#include "duroxide/detail/payload_rewriter.hpp"
#include "duroxide/history_event.hpp"

#include <string>

namespace duroxide::internal {

// Activities match by name, input, tag and session; children and detached starts by name, version, id and
// input; waits by name; timers, custom status and drawn values by kind. `rewrite`: of the payload that is asked for.
bool matches(const history_event& recorded, const history_event& asked,
             detail::payload_rewriter rewrite = nullptr);

// Why today's code cannot read the payload of `recorded`, if nothing else differs from what it asks for; else empty.
std::string why_unreadable(const history_event& recorded, const history_event& asked,
                           detail::payload_rewriter rewrite);

// One line for people: "activity_scheduled 'greet' with input \"World\"". Long payloads are cut.
std::string describe(const history_event& event);

// "event 5, activity_scheduled 'a' ..., recorded 2026-11-23T10:00:00Z by build 'shop 1.4'"
std::string describe_recorded(const history_event& event);

// "greet.cpp:12 (run_greet)"
std::string describe(const code_location& where);

}  // namespace duroxide::internal
