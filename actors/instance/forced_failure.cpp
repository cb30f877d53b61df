#include "actors/instance/forced_failure.hpp"

#include "duroxide/detail/shortened.hpp"
#include "actors/instance/make_commit.hpp"

#include <utility>

namespace duroxide::internal {

turn turn_of_forced_failure(const instance_record& owner, const loaded_instance& stored, error_details why) {
  const error_details reason = duroxide::detail::shortened(std::move(why));
  turn last;
  last.ends = ending{runtime_status::failed, {}, reason, {}, {}};
  std::uint64_t last_id = 0;
  if (stored.history.empty()) {
    last.events.push_back(
        started_event(owner.status.orchestration, owner.status.version, stored.input, owner.parent));
    last.events.back().id = ++last_id;
  } else {
    last_id = stored.history.back().first_event_id + stored.history.back().count - 1;
  }
  history_event failed;
  failed.kind = event_kind::orchestration_failed;
  failed.id = last_id + 1;
  failed.error = reason;
  last.events.push_back(std::move(failed));
  for (const stored_activity& activity : stored.activities)
    last.cancelled_activities.push_back(activity.key.event_id);
  last.cancelled_children = stored.children;
  return last;
}

}  // namespace duroxide::internal
