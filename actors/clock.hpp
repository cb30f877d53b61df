// The clocks, and whether a message has to wait for its time.
#pragma once

#include "duroxide/detail/platform.hpp"
#include "duroxide/message.hpp"

namespace duroxide::internal {

using duroxide::detail::steady_in;
using duroxide::detail::steady_now;
using duroxide::detail::steady_time;
using duroxide::detail::wall_clock_in;
using duroxide::detail::wall_clock_now;

// Whether a message waits for its time. Only timers and starts can be for later: the clock of the node that sent
// another kind may be ahead of ours.
inline bool is_for_later(const message& m, timestamp now) {
  return (m.kind == message_kind::timer_due || m.kind == message_kind::start) && m.visible_at > now;
}

}  // namespace duroxide::internal
