// Rows of histories, as they stand in a store: packed events.
#include "runtime/history_codec.hpp"
#include "tests/fuzz/fuzzing.hpp"

#include <string>
#include <vector>

namespace duroxide::fuzz {

namespace {

using namespace internal;

// Events of one row have the time and the build of their turn in common.
std::string packed_again(const std::vector<history_event>& events) {
  if (events.empty()) return pack_events({}, {}, {});
  return pack_events(events.front().build, events.front().recorded_at, events);
}

void check_row(std::uint64_t first_event_id, std::string_view packed) {
  const auto events = unpack_events(first_event_id, packed);
  if (!events) return law(!events.error().empty(), "what cannot be read is said why");
  const auto again = unpack_events(first_event_id, packed_again(*events));
  law(again.has_value(), "what was read once can be packed and read again");
  law(*again == *events, "packing and unpacking gives the same events");
}

// The lines of the input as the rows of one execution.
void check_history(std::string_view input) {
  std::vector<history_row> rows;
  std::uint64_t first = 1;
  for (std::size_t begin = 0; begin <= input.size();) {
    const std::size_t end = std::min(input.find('\n', begin), input.size());
    history_row row;
    row.execution = 1;
    row.first_event_id = first;
    row.packed = input.substr(begin, end - begin);
    if (const auto events = unpack_events(first, row.packed)) first += events->size();
    rows.push_back(std::move(row));
    begin = end + 1;
  }
  const auto history = unpack_history("i", rows);
  if (!history) return law(!history.error().empty(), "what cannot be read is said why");
  for (std::size_t i = 0; i < history->size(); ++i)
    law((*history)[i].id == i + 1, "event ids are 1..n without gaps");
}

}  // namespace

void take(std::string_view input) {
  check_row(1, input);
  check_history(input);
}

}  // namespace duroxide::fuzz
