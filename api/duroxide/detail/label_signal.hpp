// How a label is set from outside: by an external event whose name is reserved. A node of an older build records
// it, and passes it over.
#pragma once

#include "duroxide/label.hpp"
#include "duroxide/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

inline constexpr std::string_view label_event = "duroxide::label";

// The payload of such an event: {"name":"amount","type":"number","value":"42.5"}; without a value it is removed.
std::string to_text(const label_change& change);
// None for any other text, and for a label that is not legal.
std::optional<label_change> label_change_from(std::string_view text);

inline bool is_label_signal(const message& sent) {
  return sent.kind == message_kind::event_raised && sent.name == label_event;
}

}  // namespace duroxide::detail
