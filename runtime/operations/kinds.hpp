// The rules of each kind of event and operation, by the name of the kind.
#pragma once

#include "runtime/operations/event_rules.hpp"
#include "runtime/operations/operation_type.hpp"

namespace duroxide::internal::kinds {

// activity.cpp
extern const operation_type activity;
extern const event_rules activity_scheduled;
extern const event_rules activity_completed;
extern const event_rules activity_failed;

// timer.cpp
extern const operation_type timer;
extern const event_rules timer_created;
extern const event_rules timer_fired;

// external_event.cpp
extern const operation_type external_wait;
extern const event_rules external_subscribed;
extern const event_rules external_raised;

// queue_message.cpp
extern const operation_type queue_wait;
extern const event_rules queue_subscribed;
extern const event_rules queue_message;

// sub_orchestration.cpp
extern const operation_type sub_orchestration;
extern const event_rules sub_orchestration_scheduled;
extern const event_rules sub_orchestration_completed;
extern const event_rules sub_orchestration_failed;
extern const event_rules orchestration_detached;

// command.cpp
extern const operation_type command;
extern const event_rules command_sent;
extern const event_rules command_answered;
extern const event_rules command_failed;

// recorded_values.cpp
extern const event_rules custom_status_updated;
extern const event_rules kv_set;
extern const event_rules kv_cleared;
extern const event_rules label_set;
extern const event_rules label_cleared;
extern const event_rules recorded_value;

// lifecycle.cpp
extern const event_rules orchestration_started;
extern const event_rules orchestration_completed;
extern const event_rules orchestration_failed;
extern const event_rules orchestration_cancelled;
extern const event_rules orchestration_continued_as_new;
extern const event_rules cancel_requested;
extern const event_rules operation_dropped;
extern const event_rules orchestration_rewound;

}  // namespace duroxide::internal::kinds
