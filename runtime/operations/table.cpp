// The tables of kinds: a new kind of durable operation has a file of its own, and its lines here.
#include "runtime/operations/kinds.hpp"

namespace duroxide::internal {

const event_rules& rules_of(event_kind kind) {
  switch (kind) {
  case event_kind::orchestration_started: return kinds::orchestration_started;
  case event_kind::orchestration_completed: return kinds::orchestration_completed;
  case event_kind::orchestration_failed: return kinds::orchestration_failed;
  case event_kind::orchestration_cancelled: return kinds::orchestration_cancelled;
  case event_kind::orchestration_continued_as_new: return kinds::orchestration_continued_as_new;
  case event_kind::cancel_requested: return kinds::cancel_requested;
  case event_kind::activity_scheduled: return kinds::activity_scheduled;
  case event_kind::activity_completed: return kinds::activity_completed;
  case event_kind::activity_failed: return kinds::activity_failed;
  case event_kind::timer_created: return kinds::timer_created;
  case event_kind::timer_fired: return kinds::timer_fired;
  case event_kind::external_subscribed: return kinds::external_subscribed;
  case event_kind::external_raised: return kinds::external_raised;
  case event_kind::queue_subscribed: return kinds::queue_subscribed;
  case event_kind::queue_message: return kinds::queue_message;
  case event_kind::sub_orchestration_scheduled: return kinds::sub_orchestration_scheduled;
  case event_kind::sub_orchestration_completed: return kinds::sub_orchestration_completed;
  case event_kind::sub_orchestration_failed: return kinds::sub_orchestration_failed;
  case event_kind::command_sent: return kinds::command_sent;
  case event_kind::command_answered: return kinds::command_answered;
  case event_kind::command_failed: return kinds::command_failed;
  case event_kind::orchestration_detached: return kinds::orchestration_detached;
  case event_kind::custom_status_updated: return kinds::custom_status_updated;
  case event_kind::kv_set: return kinds::kv_set;
  case event_kind::kv_cleared: return kinds::kv_cleared;
  case event_kind::label_set: return kinds::label_set;
  case event_kind::label_cleared: return kinds::label_cleared;
  case event_kind::kv_all_cleared:
  case event_kind::utc_now_recorded:
  case event_kind::guid_recorded:
  case event_kind::random_recorded: return kinds::recorded_value;
  case event_kind::orchestration_rewound: return kinds::orchestration_rewound;
  case event_kind::operation_dropped: break;
  }
  return kinds::operation_dropped;
}

const operation_type& type_of(detail::operation_kind kind) {
  switch (kind) {
  case detail::operation_kind::activity: return kinds::activity;
  case detail::operation_kind::timer: return kinds::timer;
  case detail::operation_kind::external_event: return kinds::external_wait;
  case detail::operation_kind::queue_message: return kinds::queue_wait;
  case detail::operation_kind::sub_orchestration: return kinds::sub_orchestration;
  case detail::operation_kind::command: break;
  }
  return kinds::command;
}

const operation_type* answered_by(message_kind kind) {
  switch (kind) {
  case message_kind::activity_done: return &kinds::activity;
  case message_kind::timer_due: return &kinds::timer;
  case message_kind::event_raised: return &kinds::external_wait;
  case message_kind::enqueued: return &kinds::queue_wait;
  case message_kind::child_done: return &kinds::sub_orchestration;
  case message_kind::command_done: return &kinds::command;
  case message_kind::start:
  case message_kind::cancel: break;
  }
  return nullptr;
}

}  // namespace duroxide::internal
