#include "api/operations/open_waits.hpp"

#include <algorithm>

namespace duroxide::operations {

namespace {

bool waits(event_kind kind) {
  switch (kind) {
  case event_kind::activity_scheduled:
  case event_kind::timer_created:
  case event_kind::external_subscribed:
  case event_kind::queue_subscribed:
  case event_kind::sub_orchestration_scheduled:
  case event_kind::command_sent: return true;
  default: return false;
  }
}

// Removes the oldest subscription to this name. A value that nobody waited for removes none.
void satisfy(std::vector<history_event>& open, event_kind subscribed, const std::string& name) {
  const auto found = std::ranges::find_if(
      open, [&](const history_event& each) { return each.kind == subscribed && each.name == name; });
  if (found != open.end()) open.erase(found);
}

}  // namespace

std::vector<history_event> open_waits(const std::vector<history_event>& history) {
  std::vector<history_event> open;
  for (const history_event& event : history) {
    if (is_terminal_event(event.kind)) return {};
    if (waits(event.kind)) {
      open.push_back(event);
    } else if (event.kind == event_kind::external_raised) {
      satisfy(open, event_kind::external_subscribed, event.name);
    } else if (event.kind == event_kind::queue_message) {
      satisfy(open, event_kind::queue_subscribed, event.name);
    } else if (event.source != 0) {
      std::erase_if(open, [&](const history_event& each) { return each.id == event.source; });
    }
  }
  return open;
}

}  // namespace duroxide::operations
