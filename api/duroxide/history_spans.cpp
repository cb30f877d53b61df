#include "duroxide/history_spans.hpp"

#include "duroxide/rewound_history.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

namespace duroxide {

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

// Outcomes name what they are of by its id; events and messages go to the oldest wait for their name.
class matching {
public:
  std::vector<history_span> spans;

  void add(const history_event& event) {
    if (waits(event.kind)) {
      by_id_[event.id] = spans.size();
      by_name_[{event.kind, event.name}].push_back(spans.size());
      spans.push_back({event, std::nullopt});
      if (event.kind == event_kind::external_subscribed) take_kept(event.name);
    } else if (event.kind == event_kind::external_raised) {
      satisfy(event_kind::external_subscribed, event);
    } else if (event.kind == event_kind::queue_message) {
      satisfy(event_kind::queue_subscribed, event);
    } else if (const auto found = by_id_.find(event.source); found != by_id_.end()) {
      spans[found->second].outcome = event;
    }
  }

private:
  // What was kept for this wait, which is the last one.
  void take_kept(const std::string& name) {
    auto& kept = kept_[name];
    if (kept.empty()) return;
    spans.back().outcome = std::move(kept.front());
    kept.pop_front();
  }

  // A value that nobody waited for is passed over, unless a rewind has brought it back.
  void satisfy(event_kind subscribed, const history_event& value) {
    auto& waiting = by_name_[{subscribed, value.name}];
    while (!waiting.empty() && spans[waiting.front()].outcome) waiting.pop_front();
    if (waiting.empty()) {
      if (subscribed == event_kind::external_subscribed && value.source != 0)
        kept_[value.name].push_back(value);
      return;
    }
    spans[waiting.front()].outcome = value;
    waiting.pop_front();
  }

  std::unordered_map<std::uint64_t, std::size_t> by_id_;
  std::map<std::pair<event_kind, std::string>, std::deque<std::size_t>> by_name_;
  std::map<std::string, std::deque<history_event>> kept_;  // events, by their names
};

}  // namespace

std::vector<history_span> spans_of(const std::vector<history_event>& history) {
  matching found;
  if (std::ranges::find(history, event_kind::orchestration_rewound, &history_event::kind) == history.end()) {
    for (const history_event& event : history) found.add(event);
    return std::move(found.spans);
  }
  std::vector<history_event> counted = history;
  leave_out_rewound(counted);
  for (const history_event& event : counted)
    if (event.kind != event_kind::orchestration_rewound) found.add(event);
  return std::move(found.spans);
}

std::vector<history_event> open_waits(const std::vector<history_event>& history) {
  std::vector<history_event> open;
  if (!history.empty() && is_terminal_event(history.back().kind)) return open;
  for (history_span& each : spans_of(history))
    if (!each.outcome) open.push_back(std::move(each.asked));
  return open;
}

}  // namespace duroxide
