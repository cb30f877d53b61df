#include "actors/activity_pool.hpp"

#include "actors/backoff.hpp"
#include "actors/log.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace duroxide::internal {

namespace {

using done_atom = caf::atom_constant<caf::atom("done")>;

activity_identity identity_of(const stored_activity& activity) {
  activity_identity identity;
  identity.name = activity.name;
  identity.instance = activity.key.instance;
  identity.execution = activity.key.execution;
  identity.event_id = activity.key.event_id;
  identity.attempt = activity.attempts + 1;
  identity.tag = activity.tag;
  identity.session = activity.session;
  return identity;
}

}  // namespace

message activity_done_message(const activity_key& key, result<std::string, error_details> outcome) {
  message done;
  done.kind = message_kind::activity_done;
  done.instance = key.instance;
  done.execution = key.execution;
  done.source = key.event_id;
  if (outcome)
    done.data = *std::move(outcome);
  else
    done.error = outcome.error();
  return done;
}

activity_pool::activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads)
    : event_based_actor(config), workers_(std::move(threads)) {}

caf::behavior activity_pool::make_behavior() {
  return {
      [this](peers_ptr& all) { peers_ = std::move(all); },
      [this](run_activities& request) {
        for (auto& activity : request.activities) submit(std::move(activity));
      },
      [this](cancel_activities& request) {
        for (const auto& key : request.keys) {
          workers_->queue().cancel(key);
          if (auto at = elsewhere_.find(key); at != elsewhere_.end()) {
            at->second.request_stop();
            elsewhere_.erase(at);
          }
        }
      },
      [this](done_atom, const activity_key& key) { elsewhere_.erase(key); },
      [this](wake_atom, stored_activity& parked, std::uint32_t tries) {
        if (elsewhere_.erase(parked.key) > 0) park_unregistered(std::move(parked), tries);
      },
  };
}

void activity_pool::on_exit() {
  for (auto& [key, cancelled] : elsewhere_) cancelled.request_stop();
  elsewhere_.clear();
  workers_.reset();
  peers_.reset();
}

void activity_pool::submit(stored_activity activity) {
  if (elsewhere_.contains(activity.key) || workers_->queue().contains(activity.key)) return;
  const registered_activity* handler = peers_->handlers->find_activity(activity.name);
  if (!handler) return park_unregistered(std::move(activity), 1);
  if (handler->start) return start_async(handler->start, std::move(activity));
  work item;
  item.key = activity.key;
  item.identity = identity_of(activity);
  item.input = std::move(activity.input);
  item.run = &handler->run;
  workers_->queue().push(std::move(item));
}

void activity_pool::start_async(const async_activity_handler& handler, stored_activity activity) {
  std::stop_source cancelled;
  elsewhere_.emplace(activity.key, cancelled);
  // The completion may be kept for long, and must not keep actors alive.
  auto dispatcher = caf::actor_cast<caf::actor_addr>(peers_->dispatcher_of(activity.key.instance));
  auto pool = caf::actor_cast<caf::actor_addr>(this);
  activity_completion completed = [dispatcher, pool,
                                   key = activity.key](result<std::string, error_details> outcome) {
    if (auto to = caf::actor_cast<caf::actor>(dispatcher))
      caf::anon_send(to, deliver{activity_done_message(key, std::move(outcome))});
    if (auto to = caf::actor_cast<caf::actor>(pool)) caf::anon_send(to, done_atom::value, key);
  };
  activity_identity identity = identity_of(activity);
  identity.worker = "asynchronous";
  try {
    handler(std::make_shared<activity_context>(std::move(identity), cancelled.get_token()),
            std::move(activity.input), std::move(completed));
  } catch (...) {
    elsewhere_.erase(activity.key);
    error_details why = details_of_current_exception(error_kind::activity_failed, activity.name);
    why.category = error_category::application;
    report_failure(activity.key, std::move(why));
  }
}

// Another build, or another node, may have the handler: the activity waits, and fails only after the attempts
// that the reference grants.
void activity_pool::park_unregistered(stored_activity activity, std::uint32_t tries) {
  const runtime_options& options = peers_->options;
  if (tries > options.max_attempts)
    return report_failure(activity.key, {error_category::poison, error_kind::not_registered,
                                         "activity '" + activity.name +
                                             "' is not registered in this process; gave up after " +
                                             std::to_string(options.max_attempts) + " attempts",
                                         activity.name});
  if (tries == 1)
    log_warning("duroxide: activity '{}' of instance '{}' is not registered here; it waits", activity.name,
                activity.key.instance);
  elsewhere_.emplace(activity.key, std::stop_source());
  duration wait =
      exponential_backoff(options.unregistered_backoff_base, options.unregistered_backoff_limit, tries);
  delayed_send(this, wait, wake_atom::value, std::move(activity), tries + 1);
}

void activity_pool::report_failure(const activity_key& key, error_details why) {
  peers_->send_message(*this, activity_done_message(key, std::move(why)));
}

}  // namespace duroxide::internal
