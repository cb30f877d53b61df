// The last turn of an instance that cannot be run any more.
#pragma once

#include "runtime/turn.hpp"
#include "actors/instance/instance_record.hpp"

#include <optional>

namespace duroxide::internal {

// Why an instance that cannot be run any more is to be failed.
using forced_failure = std::optional<error_details>;

// Ends the execution as failed, without its code, and cancels what it has begun. The history may be unreadable,
// so it is only added to.
turn turn_of_forced_failure(const instance_record& owner, const loaded_instance& stored, error_details why);
// Likewise by this message: as cancelled, or, by a termination, as failed.
turn turn_of_forced_end(const instance_record& owner, const loaded_instance& stored, const message& cancel);

}  // namespace duroxide::internal
