#include "actors/activity/activity_pool.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "actors/activity/asynchronous_run.hpp"
#include "actors/activity/delayed_calls.hpp"
#include "actors/client/local_client.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/poison.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace duroxide::internal {

namespace {

constexpr duration before_resubmit{100};

// An instance may report a commit long after it was made.
constexpr duration keep_recovered_for = std::chrono::minutes(1);

}  // namespace

activity_pool::activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads)
    : activity_pool_self::base(config), workers_(std::move(threads)), table_(workers_->queue()),
      asynchronous_(*this, context_, workers_->shared_setting(), table_),
      claims_(*this, context_, table_, asynchronous_.line()),
      pace_(*this, context_, workers_->queue(), table_) {}

activity_pool::behavior_type activity_pool::make_behavior() {
  return join_behaviors<pool_lifecycle, pool_requests, pool_shards, pool_runs, pool_claims, pool_handlers>(
      lifecycle(), requests(), about_shards(), about_runs(), about_claims(), about_handlers());
}

pool_lifecycle::behavior_type activity_pool::lifecycle() {
  return {
      [this](context_ptr& context) { begin(std::move(context)); },
      // Everything that workers reported before has been passed on by now.
      [this](stop_atom) {
        claims_.stop();
        asynchronous_.stop();
        drained_ = make_response_promise<void>();
        auto promise = *drained_;
        finish_drain();
        return promise;
      },
      [this](abandon_atom) { table_.stop_asynchronous(); },
  };
}

void activity_pool::begin(context_ptr context) {
  context_ = std::move(context);
  delayed_calls_ = spawn<delayed_calls>();
  services_ = std::make_shared<runtime_activity_services>(
      context_->client, context_->journal(), delayed_calls_, context_->options.heartbeat_interval);
  claims_.check_store();
}

pool_requests::behavior_type activity_pool::requests() {
  return {
      [this](run_activities& request) {
        takeover_.note(request.activities);
        if (request.just_scheduled) takeover_.drop_recovered(request.activities);
        take_own(std::move(request.activities));
      },
      [this](unfinished_activities& request) { send_back_missing(std::move(request)); },
      [this](cancel_activities& request) {
        for (const activity_key& key : request.keys) cancel(key);
      },
      [this](claim_done& ended) {
        table_.end_asynchronous(ended.key);
        asynchronous_.end(ended.key);
        if (ended.outcome) deliver_outcome(ended.key, *std::move(ended.outcome));
        end_claim(ended.key);
        finish_drain();
      },
  };
}

pool_shards::behavior_type activity_pool::about_shards() {
  return {
      [this](begin_takeover_atom) { takeover_.open(); },
      [this](recovered_activities& request) {
        takeover_.drop_scheduled(request.activities);
        take_own(std::move(request.activities));
      },
      [this](end_takeover_atom) {
        takeover_.close();
        delayed_send(this, keep_recovered_for, forget_atom::value);
      },
      [this](shards_given_up& m) {
        table_.claim_present([&](const activity_key& key) {
          return std::ranges::find(m.shards, context_->shard_of_instance(key.instance)) != m.shards.end();
        });
      },
      [this](wake_atom) {
        if (context_) claims_.check_store();
      },
  };
}

pool_runs::behavior_type activity_pool::about_runs() {
  return {
      [this](asynchronous_done& ended) {
        table_.end_asynchronous(ended.key);
        if (asynchronous_.end(ended.key)) claims_.ask();
        finish_drain();
      },
      [this](resubmit_atom, stored_activity& again, bool claimed) { submit(std::move(again), claimed); },
      [this](abandoned_atom, const activity_key& key) {
        if (table_.find(key) == activity_table::place::stopping)
          log_warning("duroxide: the activity of event {} of instance '{}' was cancelled and does not stop; "
                      "its result will be ignored, and its worker is busy until it returns",
                      field("event_id", key.event_id), field("instance", key.instance),
                      field("execution", key.execution));
        if (!asynchronous_.abandon(key)) return;
        log_warning(
            "duroxide: the asynchronous activity of event {} of instance '{}' was cancelled and does not "
            "stop; its result will be ignored, and another one may run in its place",
            field("event_id", key.event_id), field("instance", key.instance),
            field("execution", key.execution));
        claims_.ask();
      },
      [this](forget_atom) { takeover_.forget(); },
      [this](pace_atom) { pace_.look(); },
      [this](places_atom) {
        if (asynchronous_.look()) claims_.note_unseen();
      },
  };
}

pool_claims::behavior_type activity_pool::about_claims() {
  return {
      [this](look_atom) { claims_.check_store_again(); },
      [this](activities_claimed& answer) {
        claims_.note(answer);
        for (stored_activity& each : answer.activities) take_claimed(std::move(each));
        claims_.ask();
      },
      [this](again_atom, stored_activity& late) { take_claimed(std::move(late)); },
      [this](activities_lost& answer) {
        for (const activity_key& key : answer.keys) cancel(key);
      },
      [this](activities_not_released& again) {
        delayed_send(this, before_next_claim, release_atom::value, again);
      },
      [this](release_atom, activities_not_released& again) {
        release_activities(*this, *context_, std::move(again.keys));
      },
  };
}

void activity_pool::finish_drain() {
  if (drained_ && drained_->pending() && !table_.runs_asynchronously()) fulfil(*drained_);
}

void activity_pool::on_exit() {
  drained_.reset();
  table_.stop_asynchronous();
  asynchronous_.clear();
  if (delayed_calls_) caf::anon_send_exit(delayed_calls_, caf::exit_reason::user_shutdown);
  delayed_calls_ = nullptr;
  services_.reset();
  // With the handlers, which may hold actors of the user. Nothing is looked up from here on.
  workers_.reset();
  context_.reset();
}

// -- what comes ---------------------------------------------------------------

// Runs what this node can run now. A claimable activity stays in the store until some node claims it; if this node
// would run it but has no handler, it also waits for one, with a limit. An activity of this node that cannot run now
// (other handlers, no workers, too little memory) is released, which makes it claimable.
void activity_pool::take_own(std::vector<stored_activity> activities) {
  std::vector<activity_key> for_others;
  for (stored_activity& each : activities) {
    if (!each.claimable && context_->runs_here(each) && has_memory_for(each)) {
      const bool is_own = context_->owns(each.key.instance);  // else its shard has just been given up
      if (!is_own) table_.claim_present(each.key);
      submit(std::move(each), !is_own);
      continue;
    }
    if (!each.claimable) for_others.push_back(each.key);
    if (context_->accepts(each) && !context_->handlers->find_activity(each.name) &&
        table_.find(each.key) != activity_table::place::awaits_handler)
      wait_for_handler(std::move(each));
  }
  if (!for_others.empty()) release_activities(*this, *context_, std::move(for_others));
}

// Built-in activities are few and small, so they are always accepted. An activity whose input was not loaded
// (`input_left`) is claimed from the store.
bool activity_pool::has_memory_for(const stored_activity& activity) const {
  if (activity.input_left) return false;
  return activity.name.starts_with(duroxide::detail::reserved_name_prefix) ||
         workers_->queue().waiting_bytes() + asynchronous_.line().waiting_bytes() <
             context_->options.activity_queue_bytes;
}

// An activity with this key may still be claimed here for an instance that was replaced without this node noticing. It
// is cancelled, and the new one is tried again.
void activity_pool::take_claimed(stored_activity activity) {
  if (!table_.claim(activity)) {
    cancel(activity.key);
    delayed_send(this, before_next_claim, again_atom::value, std::move(activity));
    return;
  }
  const bool one_by_one = activity.session && context_->options.worker_node_id.empty();
  if (!one_by_one || sessions_.enter(*activity.session, activity)) submit(std::move(activity), true);
}

// A worker reports an outcome before the queue forgets the activity. So an activity that has run and is not in
// the table has been reported.
void activity_pool::send_back_missing(unfinished_activities request) {
  takeover_.note(request.activities);
  std::erase_if(request.activities, [this](const stored_activity& each) {
    const activity_table::place where = table_.find(each.key);
    return where == activity_table::place::on_worker || where == activity_table::place::asynchronous ||
           where == activity_table::place::awaits_place;
  });
  if (request.activities.empty()) return;
  const dispatcher_actor& dispatcher = context_->dispatcher_of(request.instance);
  send(dispatcher, activities_not_in_pool{std::move(request)});
}

// -- running ------------------------------------------------------------------

void activity_pool::submit(stored_activity activity, bool claimed) {
  switch (table_.find(activity.key)) {
  case activity_table::place::on_worker:
  case activity_table::place::asynchronous:
  case activity_table::place::awaits_place: return;
  case activity_table::place::stopping:
    // Of an instance with the same id that has been replaced since.
    return delayed_send(this, before_resubmit, resubmit_atom::value, std::move(activity), claimed);
  case activity_table::place::nowhere:
  case activity_table::place::awaits_session:
  case activity_table::place::awaits_handler: break;
  }
  if (activity.crash_count >= context_->options.max_crashes) {
    context_->counters->count_activity(activity.name, [](activity_metrics& counted) { ++counted.poisoned; });
    return fail(activity.key, poisoned_by_crashes(activity), claimed);
  }
  run(std::move(activity), claimed);
}

void activity_pool::run(stored_activity activity, bool claimed) {
  const registered_activity* handler = context_->handlers->find_activity(activity.name);
  if (!handler) return wait_for_handler(std::move(activity));
  if (handler->start) return asynchronous_.run(std::move(activity), claimed, services_);
  work item;
  item.key = activity.key;
  item.due = activity.due;
  item.identity = identity_of(activity);
  item.services = services_;
  item.input = std::move(activity.input);
  item.run = &handler->run;
  item.claimed = claimed;
  table_.put_on_worker(std::move(item));
  pace_.watch();
}

// A running activity ends its claim when it reports, which may be late. One that does not run ends it here.
void activity_pool::cancel(const activity_key& key) {
  switch (table_.cancel(key)) {
  case activity_table::place::stopping:
    return delayed_send(this, context_->options.activity_cancellation_grace_period, abandoned_atom::value,
                        key);
  case activity_table::place::asynchronous: return asynchronous_.note_cancelled(key);
  case activity_table::place::awaits_place: asynchronous_.forget(key); return end_claim(key);
  case activity_table::place::nowhere:
  case activity_table::place::on_worker:
  case activity_table::place::awaits_session:
  case activity_table::place::awaits_handler: return end_claim(key);
  }
}

void activity_pool::fail(const activity_key& key, error_details why, bool claimed) {
  deliver_outcome(key, activity_done_message(key, std::move(why)));
  if (claimed) end_claim(key);
}

void activity_pool::deliver_outcome(const activity_key& key, message outcome) {
  if (context_->owns(key.instance)) {
    context_->send_message(*this, std::move(outcome));
  } else {
    outcome.visible_at = wall_clock_now();
    send(context_->journal(), commit_outcome{key, std::move(outcome)});
  }
}

// The next activity of the session may run now. The store may also have an activity that could not be claimed while the
// session was in use.
void activity_pool::end_claim(const activity_key& key) {
  const std::optional<activity_table::ended_claim> ended = table_.end_claim(key);
  if (!ended) return;
  if (const std::optional<std::string>& session = ended->session) {
    claims_.note_unseen();
    if (context_->options.worker_node_id.empty() && !sessions_.forget(*session, key))
      if (auto next = sessions_.leave(*session)) submit(*std::move(next), true);
  }
  claims_.ask();
}

}  // namespace duroxide::internal
