// Enumerators as words: what is stored must be read again for years.
#include "duroxide/errors.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/message.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <string>

namespace laws_of_words {

using namespace duroxide;

namespace {

// The words of the enumerators from 0 to `last`, in order.
template <class Enum, class Inverse> std::string words_up_to(Enum last, Inverse inverse) {
  std::string words;
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    auto value = static_cast<Enum>(i);
    CHECK(inverse(to_string(value)) == value);
    CHECK(seen.insert(to_string(value)).second);
    words += std::string(to_string(value)) + " ";
  }
  for (const char* other : {"", "unknown", "Completed", " completed"})
    CHECK_THROWS_AS(inverse(other), std::invalid_argument);
  return words;
}

}  // namespace

LAW("error categories are these words") {
  CHECK(words_up_to(error_category::poison, error_category_from) ==
        "application configuration infrastructure poison ");
}

LAW("error kinds are these words") {
  CHECK(words_up_to(error_kind::attempts_exhausted, error_kind_from) ==
        "activity_failed orchestration_failed panicked cancelled timed_out nondeterminism limit_exceeded "
        "invalid_payload invalid_argument not_registered duplicate_registration instance_not_found "
        "instance_terminal instance_running "
        "already_exists runtime_stopped store_unavailable store_in_use store_incompatible store_gone "
        "corrupted_history attempts_exhausted ");
}

LAW("kinds of history events are these words") {
  CHECK(
      words_up_to(event_kind::orchestration_rewound, event_kind_from) ==
      "orchestration_started orchestration_completed orchestration_failed orchestration_cancelled "
      "orchestration_continued_as_new cancel_requested activity_scheduled activity_completed activity_failed "
      "timer_created timer_fired external_subscribed external_raised queue_subscribed queue_message "
      "sub_orchestration_scheduled sub_orchestration_completed sub_orchestration_failed "
      "command_sent command_answered command_failed "
      "orchestration_detached "
      "custom_status_updated kv_set kv_cleared kv_all_cleared label_set label_cleared "
      "utc_now_recorded guid_recorded random_recorded "
      "operation_dropped orchestration_rewound ");
}

LAW("kinds of messages are these words") {
  CHECK(words_up_to(message_kind::cancel, message_kind_from) ==
        "start activity_done timer_due event_raised enqueued child_done command_done cancel ");
}

LAW("statuses are these words") {
  CHECK(words_up_to(runtime_status::continued_as_new, runtime_status_from) ==
        "not_found pending running completed failed cancelled continued_as_new ");
}

LAW("an event is asked for by the code, ends the execution, or neither") {
  std::string scheduling;
  std::string ending;
  for (int i = 0; i <= static_cast<int>(event_kind::orchestration_rewound); ++i) {
    auto kind = static_cast<event_kind>(i);
    if (is_schedule_event(kind)) scheduling += std::string(to_string(kind)) + " ";
    if (is_terminal_event(kind)) ending += std::string(to_string(kind)) + " ";
  }
  CHECK(scheduling ==
        "activity_scheduled timer_created external_subscribed queue_subscribed "
        "sub_orchestration_scheduled command_sent orchestration_detached custom_status_updated kv_set "
        "kv_cleared kv_all_cleared label_set label_cleared utc_now_recorded "
        "guid_recorded random_recorded ");
  CHECK(ending == "orchestration_completed orchestration_failed orchestration_cancelled "
                  "orchestration_continued_as_new ");
}

LAW("an instance is at its end when it has completed, failed or was cancelled") {
  CHECK(is_terminal(runtime_status::completed));
  CHECK(is_terminal(runtime_status::failed));
  CHECK(is_terminal(runtime_status::cancelled));
  CHECK_FALSE(is_terminal(runtime_status::pending));
  CHECK_FALSE(is_terminal(runtime_status::running));
  CHECK_FALSE(is_terminal(runtime_status::continued_as_new));
  CHECK_FALSE(is_terminal(runtime_status::not_found));
}

}  // namespace laws_of_words
