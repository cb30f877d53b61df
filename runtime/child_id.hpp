// What a sub-orchestration is called that is given no id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace duroxide::internal {

// <parent>::sub::<event id>, as in the reference; executions after the first add their number, or their
// children would meet the finished ones of the first. However long: builds before the short form used it.
std::string long_child_id(const std::string& parent, std::uint64_t execution, std::uint64_t event_id);

// The same where it is a legal id. Else <begin of the parent's id>::sub::<hash>, of at most limits::id_bytes:
// the first 32 digits of the SHA-256 of the long one. What it begins with is the same for all descendants.
// Stable for ever: histories have it.
std::string short_child_id(std::string_view parent, std::string_view long_id);

}  // namespace duroxide::internal
