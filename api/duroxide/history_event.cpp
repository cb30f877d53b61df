#include "duroxide/history_event.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace duroxide {

namespace {

constexpr std::array names{
    std::pair{event_kind::orchestration_started, std::string_view{"orchestration_started"}},
    std::pair{event_kind::orchestration_completed, std::string_view{"orchestration_completed"}},
    std::pair{event_kind::orchestration_failed, std::string_view{"orchestration_failed"}},
    std::pair{event_kind::orchestration_cancelled, std::string_view{"orchestration_cancelled"}},
    std::pair{event_kind::orchestration_continued_as_new, std::string_view{"orchestration_continued_as_new"}},
    std::pair{event_kind::cancel_requested, std::string_view{"cancel_requested"}},
    std::pair{event_kind::activity_scheduled, std::string_view{"activity_scheduled"}},
    std::pair{event_kind::activity_completed, std::string_view{"activity_completed"}},
    std::pair{event_kind::activity_failed, std::string_view{"activity_failed"}},
    std::pair{event_kind::timer_created, std::string_view{"timer_created"}},
    std::pair{event_kind::timer_fired, std::string_view{"timer_fired"}},
    std::pair{event_kind::external_subscribed, std::string_view{"external_subscribed"}},
    std::pair{event_kind::external_raised, std::string_view{"external_raised"}},
    std::pair{event_kind::queue_subscribed, std::string_view{"queue_subscribed"}},
    std::pair{event_kind::queue_message, std::string_view{"queue_message"}},
    std::pair{event_kind::sub_orchestration_scheduled, std::string_view{"sub_orchestration_scheduled"}},
    std::pair{event_kind::sub_orchestration_completed, std::string_view{"sub_orchestration_completed"}},
    std::pair{event_kind::sub_orchestration_failed, std::string_view{"sub_orchestration_failed"}},
    std::pair{event_kind::command_sent, std::string_view{"command_sent"}},
    std::pair{event_kind::command_answered, std::string_view{"command_answered"}},
    std::pair{event_kind::command_failed, std::string_view{"command_failed"}},
    std::pair{event_kind::orchestration_detached, std::string_view{"orchestration_detached"}},
    std::pair{event_kind::custom_status_updated, std::string_view{"custom_status_updated"}},
    std::pair{event_kind::kv_set, std::string_view{"kv_set"}},
    std::pair{event_kind::kv_cleared, std::string_view{"kv_cleared"}},
    std::pair{event_kind::kv_all_cleared, std::string_view{"kv_all_cleared"}},
    std::pair{event_kind::label_set, std::string_view{"label_set"}},
    std::pair{event_kind::label_cleared, std::string_view{"label_cleared"}},
    std::pair{event_kind::utc_now_recorded, std::string_view{"utc_now_recorded"}},
    std::pair{event_kind::guid_recorded, std::string_view{"guid_recorded"}},
    std::pair{event_kind::random_recorded, std::string_view{"random_recorded"}},
    std::pair{event_kind::operation_dropped, std::string_view{"operation_dropped"}},
    std::pair{event_kind::orchestration_rewound, std::string_view{"orchestration_rewound"}},
};

}  // namespace

std::string_view to_string(event_kind kind) { return names[static_cast<std::size_t>(kind)].second; }

event_kind event_kind_from(std::string_view text) {
  for (const auto& [kind, name] : names)
    if (name == text) return kind;
  throw std::invalid_argument("no kind of history event is called '" + std::string(text) + "'");
}

bool is_schedule_event(event_kind kind) {
  switch (kind) {
  case event_kind::activity_scheduled:
  case event_kind::timer_created:
  case event_kind::external_subscribed:
  case event_kind::queue_subscribed:
  case event_kind::sub_orchestration_scheduled:
  case event_kind::command_sent:
  case event_kind::orchestration_detached:
  case event_kind::custom_status_updated:
  case event_kind::kv_set:
  case event_kind::kv_cleared:
  case event_kind::kv_all_cleared:
  case event_kind::label_set:
  case event_kind::label_cleared:
  case event_kind::utc_now_recorded:
  case event_kind::guid_recorded:
  case event_kind::random_recorded: return true;
  default: return false;
  }
}

bool is_terminal_event(event_kind kind) {
  return kind == event_kind::orchestration_completed || kind == event_kind::orchestration_failed ||
         kind == event_kind::orchestration_cancelled || kind == event_kind::orchestration_continued_as_new;
}

}  // namespace duroxide
