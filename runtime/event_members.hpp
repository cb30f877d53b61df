// Which members an event of each kind must have.
#pragma once

#include "duroxide/history_event.hpp"

namespace duroxide::internal {

// The first member that an event of its kind must have, and this one has not; null if it has all. What lacks
// one cannot be read, so it is not to be written.
const char* missing_member(const history_event& event);

// Kinds for which an empty `data` is a payload and not an unused member.
bool has_data_always(event_kind kind);

}  // namespace duroxide::internal
