#include "runtime/event_members.hpp"

namespace duroxide::internal {

namespace {

const char* unless(bool is_there, const char* member) { return is_there ? nullptr : member; }

const char* missing_name(const history_event& event) { return unless(!event.name.empty(), "name"); }

const char* missing_source(const history_event& event) { return unless(event.source != 0, "source"); }

const char* missing_number(const history_event& event) {
  const bool is_number = !event.data.empty() && event.data.find_first_not_of("0123456789") == event.data.npos;
  return unless(is_number, "number in its data");
}

}  // namespace

const char* missing_member(const history_event& event) {
  switch (event.kind) {
  case event_kind::orchestration_started:
  case event_kind::activity_scheduled:
  case event_kind::external_subscribed:
  case event_kind::external_raised:
  case event_kind::kv_set:
  case event_kind::kv_cleared:
  case event_kind::label_cleared:
  case event_kind::queue_subscribed:
  case event_kind::queue_message: return missing_name(event);
  case event_kind::label_set: return event.text ? missing_name(event) : "text";
  case event_kind::sub_orchestration_scheduled:
  case event_kind::command_sent:
  case event_kind::orchestration_detached: return event.instance ? missing_name(event) : "instance";
  case event_kind::activity_completed:
  case event_kind::sub_orchestration_completed:
  case event_kind::command_answered:
  case event_kind::timer_fired:
  case event_kind::operation_dropped:
  case event_kind::orchestration_rewound: return missing_source(event);
  case event_kind::activity_failed:
  case event_kind::sub_orchestration_failed:
  case event_kind::command_failed: return event.error ? missing_source(event) : "error";
  case event_kind::timer_created:
  case event_kind::utc_now_recorded: return unless(event.due.has_value(), "due");
  case event_kind::guid_recorded: return unless(!event.data.empty(), "data");
  case event_kind::random_recorded: return missing_number(event);
  case event_kind::orchestration_failed: return unless(event.error.has_value(), "error");
  case event_kind::orchestration_completed:
  case event_kind::orchestration_cancelled:
  case event_kind::orchestration_continued_as_new:
  case event_kind::cancel_requested:
  case event_kind::custom_status_updated:
  case event_kind::kv_all_cleared: break;
  }
  return nullptr;
}

bool has_data_always(event_kind kind) {
  return kind == event_kind::external_raised || kind == event_kind::queue_message ||
         kind == event_kind::kv_set || kind == event_kind::label_set;
}

}  // namespace duroxide::internal
