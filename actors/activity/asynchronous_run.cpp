#include "actors/activity/asynchronous_run.hpp"

#include "duroxide/detail/platform.hpp"
#include "duroxide/detail/shortened.hpp"
#include "actors/activity/messages.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <utility>

namespace duroxide::internal {

namespace {

// The completion may be kept for long, and must not keep actors alive.
activity_completion completion_of(const asynchronous_run& what, weak_actor<activity_pool_self> pool) {
  return [key = what.activity.key, claimed = what.claimed, cancelled = what.cancelled,
          facts = run_facts{what.activity.name, what.activity.attempt}, setting = what.setting,
          pool = std::move(pool)](result<std::string, error_details> outcome) {
    const bool ignored = cancelled.stop_requested();
    if (!outcome) {
      error_details why = duroxide::detail::shortened(outcome.error());
      outcome = why.source.empty() ? named(std::move(why), facts.activity) : std::move(why);
    }
    settle_run(*setting, facts, ignored, outcome);
    std::optional<message> answer;
    if (!ignored) answer = activity_done_message(key, std::move(outcome));
    setting->report(key, claimed, std::move(answer));
    if (!claimed) pool.send(asynchronous_done{key});
  };
}

}  // namespace

activity_identity identity_of(const stored_activity& activity) {
  activity_identity identity;
  identity.name = activity.name;
  identity.instance = activity.key.instance;
  identity.execution = activity.key.execution;
  identity.event_id = activity.key.event_id;
  identity.life = activity.key.life;
  identity.orchestration = activity.orchestration;
  identity.version = activity.version;
  identity.attempt = activity.attempt;
  identity.retry_of = activity.retry_of;
  identity.deliveries = activity.crash_count + 1;
  identity.tag = activity.tag;
  identity.session = activity.session;
  return identity;
}

void start_asynchronous_run(asynchronous_run what, activity_pool_self::base& pool) {
  activity_completion completed = completion_of(what, weak_actor<activity_pool_self>(&pool));
  activity_identity identity = identity_of(what.activity);
  identity.worker = "asynchronous";
  auto context =
      std::make_shared<activity_context>(std::move(identity), what.cancelled.get_token(), what.services);
  pool.home_system().spawn([handler = std::move(what.handler), context, completed,
                            input = std::move(what.activity.input)] {
    if (!duroxide::detail::is_process_alive()) return;
    try {
      handler(context, input, completed);
    } catch (...) {
      error_details why = details_of_current_exception(error_kind::activity_failed, context->activity_name());
      why.category = error_category::application;
      completed(std::move(why));
    }
  });
}

}  // namespace duroxide::internal
