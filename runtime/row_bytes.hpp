// What an event adds to a turn besides its line of history: the rows that are made or changed because of it.
#pragma once

#include "duroxide/history_event.hpp"

#include <cstddef>

namespace duroxide::internal {

// Numbers, times, lengths, words like "running": of a row, or of a packed event.
inline constexpr std::size_t fixed_row_bytes = 200;

// The names and ids of an event.
std::size_t name_bytes(const history_event& event);

std::size_t row_with_payload(const history_event& event);
std::size_t row_of_text(const history_event& event);
// Of an instance, and of what is sent if there is one already.
std::size_t rows_of_start(const history_event& event);
std::size_t rows_of_outcome(const history_event& event);
// The end of one execution, and the input of the next.
std::size_t rows_of_next_execution(const history_event& event);

}  // namespace duroxide::internal
