// The epoch of a writer of a node, which is a journal lane or its claims: once it is over, nothing is written.
#pragma once

#include "persistence/lane_position.hpp"
#include "persistence/postgres/connection.hpp"

#include <cstdint>

namespace duroxide::persistence::postgres {

// The lane of a node's claims; journals have 0 and up.
inline constexpr std::int32_t claims_lane = -1;

// Begins a new epoch of the lane, in the session of `db`. Waits for a write of the epoch before that is still
// on its way, or makes it write nothing. Throws store_failure: fenced unless the node is alive, and what the
// connection throws.
lane_position take_epoch(connection& db, std::uint64_t node, std::int32_t lane);

}  // namespace duroxide::persistence::postgres
