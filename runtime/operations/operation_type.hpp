// What the engine knows of one kind of durable operation.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/history_event.hpp"
#include "runtime/mailboxes.hpp"
#include "runtime/turn.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::internal {

struct execution_state;

// An operation is started by the code, which records `scheduled`, and is open until its outcome is recorded or
// the code drops it. There are two sorts: one has an effect outside, which the turn starts and stops and a
// message answers by event id; the other, a wait, listens in the mailboxes for a name.
struct operation_type {
  event_kind scheduled = event_kind::activity_scheduled;
  event_kind completed = event_kind::activity_completed;
  event_kind failed = event_kind::activity_failed;
  // What an error calls the input, as in "the input of activity"; empty: it has none.
  std::string_view input_of{};
  // Adds members to the schedule event that the request does not have as they are recorded.
  void (*fill)(history_event& scheduled, const detail::operation& request, execution_state& state) = nullptr;

  // Of a wait: begins, which may find a message that is there already, and ends without one.
  std::optional<mailboxes::delivery> (*listen)(mailboxes& boxes, const std::string& name,
                                               std::uint64_t wait) = nullptr;
  void (*stop_listening)(mailboxes& boxes, const std::string& name, std::uint64_t wait) = nullptr;

  // The effect: the turn starts it; notes that it has an outcome; leaves out what the same turn was to start;
  // stops what an earlier turn has started; and stops it although its outcome has arrived, because the turn
  // with the outcome is taken back.
  void (*start)(turn& made, const history_event& scheduled) = nullptr;
  void (*finish)(turn& made, std::uint64_t event_id) = nullptr;
  void (*withdraw)(turn& made, std::uint64_t event_id) = nullptr;
  void (*stop)(turn& made, std::uint64_t event_id, const std::string& instance) = nullptr;
  void (*stop_answered)(turn& made, std::uint64_t event_id) = nullptr;

  bool is_wait() const noexcept { return listen != nullptr; }
};

// The tables.
const operation_type& type_of(detail::operation_kind kind);
// The operation that a message of this kind answers; null: it answers none.
const operation_type* answered_by(message_kind kind);

}  // namespace duroxide::internal
