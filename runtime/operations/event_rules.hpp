// What the engine knows of an event by its kind.
#pragma once

#include "duroxide/history_event.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace duroxide::internal {

struct operation_type;

// What an event does when it is applied to the code.
enum class event_role : std::uint8_t {
  record,          // nothing: the code asked for it, or it begins or ends the execution
  start,           // nothing, and `operation` is open from then on
  outcome,         // ends `operation`
  external_event,  // is received by a wait, or by nobody
  queue_message,   // is received by a wait, or kept
  cancellation,
};

// Each kind has its rules in the file of the operation that it belongs to; `rules_of` is the table of all.
struct event_rules {
  // Whether the recorded event is the one that the code asks for, but for its payload. REQUIRES: both are of this
  // kind.
  bool (*matches)(const history_event& recorded, const history_event& asked) =
      [](const history_event&, const history_event&) { return true; };
  // What an error calls the payload, which must say the same, too, as in "the input of activity"; empty: there is none,
  // or it does not count.
  std::string_view payload{};
  // The bytes of the rows that are made or changed because of the event; null: one small row.
  std::size_t (*row_bytes)(const history_event& event) = nullptr;
  event_role role = event_role::record;
  const operation_type* operation = nullptr;
};

// Of the events that an operation ends with.
constexpr event_rules outcome_of(const operation_type& operation) {
  return {.role = event_role::outcome, .operation = &operation};
}

inline bool has_same_name(const history_event& recorded, const history_event& asked) {
  return recorded.name == asked.name;
}

// The table.
const event_rules& rules_of(event_kind kind);

}  // namespace duroxide::internal
