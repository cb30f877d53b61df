// The epoch of a writer: once it is over, the writer is fenced, and nothing of it is written.
#pragma once

#include "persistence/lane_position.hpp"
#include "persistence/sqlite/database.hpp"

#include <cstdint>

namespace duroxide::persistence::sqlite {

struct writer_lane {
  std::uint64_t node = 0;
  std::uint32_t lane = 0;
};

// Begins a new epoch of the lane, which fences its writers before. REQUIRES: a write transaction, and that the
// node is a member.
lane_position take_epoch(database& db, const writer_lane& lane);

// Throws store_failure (fenced) if the epoch is over. REQUIRES: the transaction of the write.
void pass_fence(database& db, const writer_lane& lane, const lane_position& position);

}  // namespace duroxide::persistence::sqlite
