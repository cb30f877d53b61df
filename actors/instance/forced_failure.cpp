#include "actors/instance/forced_failure.hpp"

#include "duroxide/detail/shortened.hpp"
#include "runtime/endings.hpp"
#include "actors/instance/make_commit.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

void append(turn& last, history_event event, std::uint64_t& last_id) {
  event.id = ++last_id;
  last.events.push_back(std::move(event));
}

// `before`: what stands in front of the end.
turn end_without_code(const instance_record& owner, const loaded_instance& stored, ending how,
                      std::optional<history_event> before = {}) {
  turn last;
  std::uint64_t last_id = 0;
  if (stored.history.empty())
    append(last, started_event(owner.status.orchestration, owner.status.version, stored.input, owner.parent),
           last_id);
  else
    last_id = stored.history.back().first_event_id + stored.history.back().count - 1;
  if (before) append(last, *std::move(before), last_id);
  append(last, terminal_event(how), last_id);
  for (const stored_activity& activity : stored.activities)
    last.cancelled_activities.push_back(activity.key.event_id);
  last.cancelled_children = stored.children;
  last.ends = std::move(how);
  return last;
}

ending end_by(const message& cancel, const std::string& orchestration) {
  if (!cancel.error) return ended_as_cancelled(cancel.data, orchestration);
  error_details why = *cancel.error;
  if (why.source.empty()) why.source = orchestration;
  return ended_as_failed(duroxide::detail::shortened(std::move(why)));
}

}  // namespace

turn turn_of_forced_failure(const instance_record& owner, const loaded_instance& stored, error_details why) {
  return end_without_code(owner, stored, ended_as_failed(duroxide::detail::shortened(std::move(why))));
}

turn turn_of_forced_end(const instance_record& owner, const loaded_instance& stored, const message& cancel) {
  history_event requested;
  requested.kind = event_kind::cancel_requested;
  requested.text = cancel.data;
  turn last =
      end_without_code(owner, stored, end_by(cancel, owner.status.orchestration), std::move(requested));
  last.consumed.push_back(cancel.id);
  last.is_terminated = cancel.error.has_value();
  return last;
}

}  // namespace duroxide::internal
