// What counts of a history that has been rewound. A rewind only adds an event, orchestration_rewound; so ids of events
// are never used twice, and an answer to something that does not count any more is late, as any other that nobody waits
// for.
#pragma once

#include "duroxide/history_event.hpp"

#include <vector>

namespace duroxide {

// Takes out the events that do not count any more. The events that rewound them stay, and what they give event 1 is in
// it.
void leave_out_rewound(std::vector<history_event>& history);

// Whether the code has run: not if there is nothing but the beginning, and rewinds to it.
bool has_run(const std::vector<history_event>& history);

}  // namespace duroxide
