#include "actors/testing/waits.hpp"

#include "duroxide/detail/platform.hpp"
#include "runtime/history_codec.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace duroxide::internal {

namespace {

// A fan-out waits for hundreds of the same kind; the first ones tell enough.
constexpr std::size_t listed = 5;

// What a history asks for and has not got yet, by event id.
class open_waits {
public:
  explicit open_waits(const std::vector<history_event>& history) {
    for (const history_event& each : history) apply(each);
  }
  const std::map<std::uint64_t, history_event>& all() const { return open_; }

private:
  void apply(const history_event& event) {
    switch (event.kind) {
    case event_kind::orchestration_started:
      for (const queued_message& each : event.carried) ++unread_[each.queue];
      return;
    case event_kind::activity_scheduled:
    case event_kind::timer_created:
    case event_kind::external_subscribed:
    case event_kind::command_sent:
    case event_kind::sub_orchestration_scheduled: open_.emplace(event.id, event); return;
    case event_kind::queue_subscribed:
      if (unread_[event.name] > 0)
        --unread_[event.name];
      else
        open_.emplace(event.id, event);
      return;
    case event_kind::external_raised: answer(event_kind::external_subscribed, event.name); return;
    case event_kind::queue_message:
      if (!answer(event_kind::queue_subscribed, event.name)) ++unread_[event.name];
      return;
    default: open_.erase(event.source);  // outcomes, and what the code has dropped
    }
  }
  // The wait that is the oldest gets it.
  bool answer(event_kind kind, const std::string& name) {
    const auto first = std::ranges::find_if(
        open_, [&](const auto& each) { return each.second.kind == kind && each.second.name == name; });
    if (first == open_.end()) return false;
    open_.erase(first);
    return true;
  }

  std::map<std::uint64_t, history_event> open_;
  std::map<std::string, int> unread_;  // by queue
};

std::string describe_activity(const history_event& asked) {
  std::string text = "activity '" + asked.name + "'";
  if (asked.tag) text += " with tag '" + *asked.tag + "'";
  if (asked.session) text += " on session '" + *asked.session + "'";
  return text;
}

std::string describe_timer(const history_event& asked) {
  const auto left = asked.due.value_or(timestamp{}) - detail::wall_clock_now();
  return "a timer that is due in " + std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) +
         " s";
}

std::string describe(provider& store, const history_event& asked) {
  switch (asked.kind) {
  case event_kind::activity_scheduled: return describe_activity(asked);
  case event_kind::timer_created: return describe_timer(asked);
  case event_kind::external_subscribed: return "event '" + asked.name + "'";
  case event_kind::command_sent:
    return "the answer of durable actor '" + asked.instance.value_or("") + "' to command '" + asked.name +
           "'";
  case event_kind::queue_subscribed: return "a message of queue '" + asked.name + "'";
  default: {
    const std::string child = asked.instance.value_or("");
    return "sub-orchestration '" + child + "', which waits for (" + waits_of(store, child) + ")";
  }
  }
}

}  // namespace

std::string waits_of(provider& store, const std::string& instance) {
  const std::optional<loaded_instance> stored = store.load(instance).value();
  if (!stored || stored->history.empty()) return "its first turn";
  const auto history = unpack_history(instance, stored->history);
  if (!history) return history.error();
  const open_waits waits(*history);
  std::string text;
  std::size_t count = 0;
  for (const auto& [event_id, asked] : waits.all()) {
    if (count < listed) text += (count == 0 ? "" : ", ") + describe(store, asked);
    ++count;
  }
  if (count > listed) text += " and " + std::to_string(count - listed) + " more";
  return count == 0 ? "nothing from outside" : text;
}

}  // namespace duroxide::internal
