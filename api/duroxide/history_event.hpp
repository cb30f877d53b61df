// One line of an execution's history.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/label.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

enum class event_kind : std::uint8_t {
  // Lifecycle
  orchestration_started,
  orchestration_completed,
  orchestration_failed,
  orchestration_cancelled,
  orchestration_continued_as_new,
  cancel_requested,
  // Asked for by the code (schedule events), and the outcomes
  activity_scheduled,
  activity_completed,
  activity_failed,
  timer_created,
  timer_fired,
  external_subscribed,
  external_raised,
  queue_subscribed,
  queue_message,
  sub_orchestration_scheduled,
  sub_orchestration_completed,
  sub_orchestration_failed,
  command_sent,
  command_answered,
  command_failed,
  orchestration_detached,
  custom_status_updated,
  kv_set,
  kv_cleared,
  kv_all_cleared,
  label_set,
  label_cleared,
  // Values that the code drew
  utc_now_recorded,
  guid_recorded,
  random_recorded,
  // For readers of a history only: replay ignores it
  operation_dropped,
  // The events from `source` on up to this one do not count any more (rewind.hpp): from history format 6 on
  orchestration_rewound,
};

std::string_view to_string(event_kind kind);
// Throws std::invalid_argument for a word that is no event kind.
event_kind event_kind_from(std::string_view text);

// The schedule event, of an execution of the parent, that waits for a child's outcome.
struct parent_link {
  std::string instance;
  std::uint64_t execution = 0;
  std::uint64_t event_id = 0;
  bool operator==(const parent_link&) const = default;
};

// A queue message that had been recorded, but not taken, when the execution continued as new.
struct queued_message {
  std::string queue;
  std::string data;
  bool operator==(const queued_message&) const = default;
};

// A flat record; which members are used depends on the kind:
//   orchestration_started        name, version, data = input, parent, custom status in `text`, carried, kv, labels
//   orchestration_completed      data = output
//   orchestration_failed         error
//   orchestration_cancelled      text = reason
//   ..._continued_as_new         data = next input, version = if one was asked for
//   cancel_requested             text = reason
//   activity_scheduled           name, data = input, tag, session; of a retry: attempt, retry_of = its first
//   activity_completed/_failed   source, data = output / error
//   timer_created                due; between attempts of a retry: attempt = the one that failed, retry_of = its first
//   timer_fired                  source
//   external_/queue_subscribed   name
//   external_raised              name, data; source = the rewind that has brought it back
//   queue_message                name, data
//   sub_orchestration_scheduled  name, data = input, instance, version = if one was asked for, labels = inherited
//   ..._completed/_failed        source, data = output / error
//   command_sent                 name, data = input, instance = the durable actor's
//   command_answered/_failed     source, data = answer / error
//   orchestration_detached       name, data = input, instance, version = if one was asked for
//   custom_status_updated        text; none = reset
//   kv_set, kv_cleared           name = key, data = value
//   kv_all_cleared
//   label_set, label_cleared     name, data = value, text = its type
//   utc_now_recorded             due = the time
//   guid_/random_recorded        data
//   operation_dropped            source
//   orchestration_rewound        source, text = reason; of a restart: data = the input, version, if they are others
struct history_event {
  std::uint64_t id = 0;  // 1..n within an execution
  event_kind kind = event_kind::orchestration_started;
  timestamp recorded_at{};  // of its turn
  std::string build;        // the build that wrote it
  std::uint64_t source = 0;
  std::string name;
  std::string data;
  std::optional<std::string> text;
  std::optional<std::string> version;
  std::optional<std::string> instance;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::uint32_t attempt = 1;
  std::uint64_t retry_of = 0;
  std::optional<timestamp> due;
  std::optional<error_details> error;
  std::optional<parent_link> parent;
  std::vector<queued_message> carried;  // history format 1
  std::vector<kv_entry> kv;
  std::vector<label> labels;  // from history format 4 on

  bool operator==(const history_event&) const = default;
};

// Appended because the code asked for something (and so matched on replay).
bool is_schedule_event(event_kind kind);
// Ends the execution.
bool is_terminal_event(event_kind kind);

}  // namespace duroxide
