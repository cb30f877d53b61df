// What an execution has asked for, and when it got it. What has been rewound does not count (rewound_history.hpp).
#pragma once

#include "duroxide/history_event.hpp"

#include <optional>
#include <vector>

namespace duroxide {

// An activity, a timer, a sub-orchestration, a command, or a wait for an event or a message.
struct history_span {
  history_event asked;                   // the schedule event
  std::optional<history_event> outcome;  // none: it has not got it
};

// In the order in which they were asked for.
std::vector<history_span> spans_of(const std::vector<history_event>& history);

// What an execution waits for: the schedule events without an outcome; none if it has ended.
std::vector<history_event> open_waits(const std::vector<history_event>& history);

}  // namespace duroxide
