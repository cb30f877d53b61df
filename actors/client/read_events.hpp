// How an admin has a store look into the rows of a history.
#pragma once

#include "duroxide/history_event.hpp"
#include "runtime/history_codec.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

// A history_reader.
inline std::vector<history_event> read_events(std::uint64_t first_event_id, const std::string& packed) {
  auto events = unpack_events(first_event_id, packed);
  if (!events) throw std::invalid_argument(events.error());
  return *std::move(events);
}

}  // namespace duroxide::internal
