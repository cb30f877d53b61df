// How a history is rewound: where it can be cut, and what has to be done again behind the cut.
#pragma once

#include "duroxide/detail/rewind_signal.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/message.hpp"
#include "runtime/turn.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

struct rewind_cut {
  std::uint64_t event = 0;  // the first that does not count any more
  bool repeats = false;     // as in rewind_request
};

// REQUIRES, for all that follow: of the history only what counts.

// Before what it failed of, see rewind_point::last_failure; none if it has not failed, and nothing in it has.
std::optional<rewind_cut> cut_before_last_failure(const std::vector<history_event>& history);
// Why it cannot be cut there; empty: it can.
std::string why_no_cut(const std::vector<history_event>& history, std::uint64_t event);

// What is known of an execution that is rewound besides its history.
struct rewound_instance_facts {
  bool had_ended = false;                        // so what was open has been stopped, and its timers are gone
  std::vector<std::uint64_t> open_activities{};  // event ids of those that are in the store
  std::vector<std::string> open_children{};      // instance ids
  timestamp now{};
};

// What follows from the rewind of `history`, which ends before the event that says so. The turn has no events.
turn turn_of_rewind(const std::vector<history_event>& history, const detail::rewind_request& request,
                    const rewound_instance_facts& facts);

}  // namespace duroxide::internal
