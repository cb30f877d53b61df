// How the events of a turn are packed into one history row.
//
//   {"build":"...","at":1700000000000,"events":[{"kind":"activity_scheduled","name":"greet","data":"..."},...]}
//
// Always valid UTF-8 JSON without U+0000 as a raw byte, so that any store can keep it as text and any tool
// can read it. Event ids are implied by the row. A payload that is not UTF-8 is written as {"base64":"..."}.
// Members are only ever added; an unknown kind or a missing member makes the row unreadable, never half-read.
#pragma once

#include "duroxide/history_event.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::internal {

std::string pack_events(std::string_view build, timestamp recorded_at, std::span<const history_event> events);

// The inverse; events get their ids from `first_event_id`. The error says what cannot be read and where.
result<std::vector<history_event>, std::string> unpack_events(std::uint64_t first_event_id,
                                                              std::string_view packed);

// What counts of the history of the instance's execution: events that have been rewound are left out, so there may be
// gaps between the ids. The error says what is missing or cannot be read. A row is freed
// as soon as its events are there, so a history that is moved in is in memory once, not twice.
result<std::vector<history_event>, std::string> unpack_history(const std::string& instance,
                                                               std::vector<history_row> rows);
// The same with the events that have been rewound.
result<std::vector<history_event>, std::string> unpack_all_events(const std::string& instance,
                                                                  std::vector<history_row> rows);

}  // namespace duroxide::internal
