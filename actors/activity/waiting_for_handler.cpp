// Activities that have no handler here. Another build, or another node, may have it: so the activity waits, for as long
// as it takes or for as many attempts as the options grant.
#include "actors/activity/activity_pool.hpp"
#include "actors/backoff.hpp"
#include "actors/log.hpp"
#include "actors/poison.hpp"
#include "actors/store/messages.hpp"

namespace duroxide::internal {

pool_handlers::behavior_type activity_pool::about_handlers() {
  return {
      [this](try_atom, stored_activity& waiting, std::uint32_t tries) {
        if (table_.end_waiting_for_handler(waiting.key)) wait_for_handler(std::move(waiting), tries);
      },
      [this](offered_atom, stored_activity& waiting, bool is_offered) {
        if (!table_.end_waiting_for_handler(waiting.key)) return;
        is_offered ? wait_for_handler(std::move(waiting), *context_->options.max_failed_attempts)
                   : give_up_unregistered(waiting);
      },
  };
}

void activity_pool::wait_for_handler(stored_activity activity, std::uint32_t tries) {
  const runtime_options& options = context_->options;
  if (tries == 1)
    log_warning("duroxide: activity '{}' of instance '{}' is not registered here; it waits",
                field("activity", activity.name), field("instance", activity.key.instance),
                field("orchestration", activity.orchestration), field("version", activity.version),
                field("execution", activity.key.execution), field("event_id", activity.key.event_id),
                field("attempt", activity.attempt), field("node", context_->membership.node));
  table_.await_handler(activity.key);
  if (options.max_failed_attempts && tries > *options.max_failed_attempts)
    return find_out_who_offers(std::move(activity));
  const duration wait =
      exponential_backoff(options.unregistered_backoff_base, options.unregistered_backoff_limit, tries);
  delayed_send(this, wait, try_atom::value, std::move(activity), tries + 1);
}

// As long as a living node has a handler, it will come to it.
void activity_pool::find_out_who_offers(stored_activity activity) {
  auto ask_now = [activity = std::move(activity),
                  pool = weak_actor<activity_pool_self>(this)](provider& store) {
    auto offered = store.is_offered(activity.name);
    pool.send(offered_atom::value, activity, !offered || *offered);
  };
  send(context_->store_executor, ask_store{std::move(ask_now)});
}

void activity_pool::give_up_unregistered(const stored_activity& activity) {
  context_->counters->count_activity(activity.name, [](activity_metrics& counted) { ++counted.poisoned; });
  fail(activity.key, poisoned_without_handler(activity.name, *context_->options.max_failed_attempts),
       table_.is_claimed(activity.key));
}

}  // namespace duroxide::internal
