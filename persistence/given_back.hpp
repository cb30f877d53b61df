// Where messages go that come back into a queue: before all that is there, those that came back before included.
#pragma once

#include "duroxide/turn_commit.hpp"

#include <cstdint>

namespace duroxide::persistence {

// The place of those that this turn gives back; others have 0. It is lower with each turn of an instance that gives
// some back: with each execution that begins, and within one with each rewind.
inline std::int64_t place_of_given_back(const turn_commit& turn) {
  constexpr unsigned events_of_an_execution = 32;  // as a power of two
  const std::uint64_t execution = turn.begins ? turn.execution + 1 : turn.execution;
  return -static_cast<std::int64_t>((execution << events_of_an_execution) + turn.rewound);
}

}  // namespace duroxide::persistence
