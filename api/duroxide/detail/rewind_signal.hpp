// How an instance is told to go back in its history. The event orchestration_rewound is added to its history in one
// transaction with this message, an external event whose name is reserved. Its owner takes the message without running
// code, before anything else, and does what follows from the event; the message itself is not recorded.
#pragma once

#include "duroxide/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

inline constexpr std::string_view rewind_event = "duroxide::rewind";

inline bool is_rewind_signal(const message& sent) {
  return sent.kind == message_kind::event_raised && sent.name == rewind_event;
}

// The name of an outcome of an activity that has been recorded before, in what does not count any more: the activity
// has no row that the turn which takes the outcome could remove.
inline constexpr std::string_view recorded_outcome = "duroxide::recorded";

// What such an event says.
struct rewind_request {
  std::uint64_t recorded = 0;  // the id of the event orchestration_rewound
  std::uint64_t event = 0;     // the first that does not count any more; 2: the code has not run
  bool repeats = false;        // the outcome that this event is does not arrive again: it is asked for again
  bool drops_messages = false;
  std::optional<std::string> version{};  // that it goes on in
};

std::string to_text(const rewind_request& wanted);
// None for any other text.
std::optional<rewind_request> rewind_request_from(std::string_view text);

}  // namespace duroxide::detail
