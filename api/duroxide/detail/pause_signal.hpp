// How an instance is paused and resumed: by external events whose names are reserved. Once the
// first turn of an execution has been made they are recorded, so that a history says when the instance was paused and
// why; replay passes them over, since nothing else is recorded between them.
#pragma once

#include "duroxide/detail/rewind_signal.hpp"
#include "duroxide/message.hpp"
#include "duroxide/reach.hpp"

#include <string>
#include <string_view>

namespace duroxide::detail {

inline constexpr std::string_view pause_event = "duroxide::pause";
inline constexpr std::string_view resume_event = "duroxide::resume";

inline bool is_pause_signal(const message& sent) {
  return sent.kind == message_kind::event_raised && sent.name == pause_event;
}
inline bool is_resume_signal(const message& sent) {
  return sent.kind == message_kind::event_raised && sent.name == resume_event;
}
inline bool is_pause_or_resume(const message& sent) {
  return is_pause_signal(sent) || is_resume_signal(sent);
}
// A cancellation with an error ends the instance with it.
inline bool is_termination(const message& sent) { return sent.kind == message_kind::cancel && sent.error; }
// Whether an instance takes it that makes no turns: to be paused, resumed, rewound or ended needs no code.
inline bool needs_no_code(const message& sent) {
  return sent.kind == message_kind::cancel || is_pause_or_resume(sent) || is_rewind_signal(sent);
}
// Whether it is never part of a turn that runs code.
inline bool is_taken_alone(const message& sent) { return is_pause_or_resume(sent) || is_rewind_signal(sent); }

// What such an event says.
struct pause_request {
  std::string reason{};
  reach scope = reach::alone;
};

// {"reason":"...","tree":true}.
std::string to_text(const pause_request& wanted);
// Any text is one: nobody can have sent another, and a pause must not be lost.
pause_request pause_request_from(std::string_view text);

}  // namespace duroxide::detail
