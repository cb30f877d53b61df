// Now, from the process's clock. Only the actors layer looks at it; everything below is told.
#pragma once

#include "duroxide/message.hpp"
#include "duroxide/time.hpp"

namespace duroxide::internal {

inline timestamp wall_clock_now() { return std::chrono::floor<duration>(std::chrono::system_clock::now()); }

// Whether a message waits for its time. Only timers and starts can be for later: the clock of whoever sent
// another kind may be ahead of ours.
inline bool is_for_later(const message& m, timestamp now) {
  return (m.kind == message_kind::timer_due || m.kind == message_kind::start) && m.visible_at > now;
}

}  // namespace duroxide::internal
