#include "actors/activity/activity_pool.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "actors/activity/messages.hpp"
#include "actors/backoff.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

namespace duroxide::internal {

namespace {

using done_atom = caf::atom_constant<caf::atom("done")>;
using later_atom = caf::atom_constant<caf::atom("later")>;
using resubmit_atom = caf::atom_constant<caf::atom("resubmit")>;
using offered_atom = caf::atom_constant<caf::atom("offered")>;
using abandoned_atom = caf::atom_constant<caf::atom("abandoned")>;
using forget_atom = caf::atom_constant<caf::atom("forget")>;

constexpr duration behind_cancelled{100};

// A commit may be made long before it is answered.
constexpr duration word_is_on_its_way = std::chrono::minutes(1);

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

// ":", and a line for each.
std::string as_list(const std::string& lines) {
  std::size_t end = lines.find_last_not_of('\n');
  return end == std::string::npos ? std::string() : ":\n" + lines.substr(0, end + 1);
}

}  // namespace

activity_pool::activity_pool(caf::actor_config& config, std::shared_ptr<workers> threads)
    : event_based_actor(config), workers_(std::move(threads)) {}

caf::behavior activity_pool::make_behavior() {
  caf::message_handler own{
      [this](context_ptr& all) {
        context_ = std::move(all);
        desk_ = std::make_shared<runtime_activity_services>(context_->client, context_->journal().address(),
                                                            address(), context_->options.heartbeat_interval);
        look_at_store();
      },
      [this](run_activities& request) { take_from_instance(std::move(request)); },
      [this](unfinished_activities& request) { look_for(std::move(request)); },
      [this](begin_take_up_atom) { since_take_up_.emplace(); },
      [this](recovered_activities& request) { take_up(std::move(request.activities)); },
      [this](end_take_up_atom) {
        since_take_up_.reset();
        delayed_send(this, word_is_on_its_way, forget_atom::value);
      },
      [this](forget_atom) {
        if (!since_take_up_) recovered_.clear();
      },
      [this](cancel_activities& request) {
        for (const auto& key : request.keys) cancel(key);
      },
      [this](done_atom, const activity_key& key) {
        elsewhere_.erase(key);
        finish_drain();
      },
      [this](resubmit_atom, stored_activity& again, bool tracked) { submit(std::move(again), tracked); },
      [this](wake_atom, stored_activity& parked, std::uint32_t tries) {
        if (parked_.erase(parked.key) > 0) wait_for_handler(std::move(parked), tries);
      },
      [this](offered_atom, stored_activity& parked, bool offered) {
        if (parked_.erase(parked.key) == 0) return;
        offered ? wait_for_handler(std::move(parked), context_->options.max_failed_attempts)
                : give_up_unregistered(parked);
      },
      [this](tracked_done& ended) {
        elsewhere_.erase(ended.key);
        if (ended.outcome) deliver_outcome(ended.key, *std::move(ended.outcome));
        finish_tracked(ended.key);
        finish_drain();
      },
      [this](abandoned_atom, const activity_key& key) {
        if (workers_->queue().contains(key))
          log_warning(
              "duroxide: the activity of event {} of instance '{}' was cancelled and does not stop; its "
              "result will be ignored, and its worker is busy until it returns",
              key.event_id, key.instance);
      },
      [this](call_later& request) {
        later_.emplace(++last_later_, std::move(request.then));
        delayed_send(this, request.delay, later_atom::value, last_later_);
      },
      [this](later_atom, std::uint64_t number) {
        auto at = later_.find(number);
        auto then = std::move(at->second);
        later_.erase(at);
        home_system().spawn([then] { then(); });  // it may take long
      },
      // Everything that workers reported before has been passed on by now.
      [this](stop_atom) {
        drained_ = make_response_promise();
        auto promise = *drained_;
        finish_drain();
        return promise;
      },
  };
  return own.or_else(claiming_behavior()).or_else(giving_behavior());
}

void activity_pool::finish_drain() {
  if (drained_ && drained_->pending() && elsewhere_.empty()) drained_->deliver(caf::unit);
}

void activity_pool::on_exit() {
  drained_.reset();
  for (auto& [key, cancelled] : elsewhere_) cancelled.request_stop();
  elsewhere_.clear();
  for (auto& [number, then] : std::exchange(later_, {})) then();
  workers_.reset();
  desk_.reset();
  context_.reset();
}

// -- running ------------------------------------------------------------------

// What is claimable is claimed from the store, by whoever can run it; only what nobody here has a handler for
// must not wait for ever. The rest was this node's own business when it was scheduled, but it may have been
// started anew with other handlers, or without workers, and there may be more of it than fits into memory:
// what it cannot run now is for others, or claimed later.
void activity_pool::take_own(std::vector<stored_activity> activities) {
  std::vector<activity_key> for_others;
  for (stored_activity& each : activities) {
    if (!each.claimable && context_->runs_here(each) && has_memory_for(each)) {
      bool own = context_->owns(each.key.instance);  // else its shard has just been given up
      if (!own) track(each.key);
      submit(std::move(each), !own);
    } else {
      if (!each.claimable) for_others.push_back(each.key);
      bool known = context_->handlers->find_activity(each.name) != nullptr;
      if (!known && !parked_.contains(each.key)) park_unregistered(std::move(each));
    }
  }
  if (!for_others.empty()) release(std::move(for_others));
}

// Of builtin ones there are few, with little to remember. What a load has left in the store is claimed from
// it.
bool activity_pool::has_memory_for(const stored_activity& activity) const {
  if (activity.input_left) return false;
  return activity.name.starts_with(duroxide::detail::reserved_name_prefix) ||
         workers_->queue().waiting_bytes() < context_->options.activity_queue_bytes;
}

void activity_pool::take_from_instance(run_activities request) {
  if (since_take_up_)
    for (const auto& each : request.activities) since_take_up_->insert(each.key);
  if (request.just_scheduled && !recovered_.empty())
    std::erase_if(request.activities, [this](const auto& each) { return recovered_.erase(each.key) > 0; });
  take_own(std::move(request.activities));
}

// A worker reports before the queue forgets: what is not in hand and has run, has been reported.
void activity_pool::look_for(unfinished_activities request) {
  if (since_take_up_)
    for (const auto& each : request.activities) since_take_up_->insert(each.key);
  std::erase_if(request.activities, [this](const auto& each) {
    return workers_->queue().find(each.key) == work_queue::presence::present || elsewhere_.contains(each.key);
  });
  if (request.activities.empty()) return;
  const caf::actor& home = context_->dispatcher_of(request.instance);
  send(home, unclaimed_activities{std::move(request)});
}

void activity_pool::take_up(std::vector<stored_activity> activities) {
  if (since_take_up_)
    std::erase_if(activities, [this](const auto& each) { return since_take_up_->contains(each.key); });
  for (const auto& each : activities) recovered_.insert(each.key);
  take_own(std::move(activities));
}

void activity_pool::submit(stored_activity activity, bool tracked) {
  // A run that was cancelled and does not stop, of an instance with the same id that was replaced since.
  work_queue::presence found = workers_->queue().find(activity.key);
  if (found == work_queue::presence::cancelled) {
    delayed_send(this, behind_cancelled, resubmit_atom::value, std::move(activity), tracked);
    return;
  }
  if (found == work_queue::presence::present || elsewhere_.contains(activity.key)) return;
  if (activity.crash_count >= context_->options.max_crashes) {
    context_->counters->count_activity(activity.name, [](activity_metrics& counted) { ++counted.poisoned; });
    return report_failure(activity.key,
                          {error_category::poison, error_kind::attempts_exhausted,
                           "activity '" + activity.name + "' was run by " +
                               std::to_string(activity.crash_count) +
                               " processes that died; it is not run again (runtime_options::max_crashes)" +
                               as_list(activity.failures),
                           activity.name, false},
                          tracked);
  }
  run(std::move(activity), tracked);
}

void activity_pool::run(stored_activity activity, bool tracked) {
  const registered_activity* handler = context_->handlers->find_activity(activity.name);
  if (!handler) return park_unregistered(std::move(activity));
  if (handler->start) return start_async(handler->start, std::move(activity), tracked);
  work item;
  item.key = activity.key;
  item.due = activity.due;
  item.identity = identity_of(activity);
  item.services = desk_;
  item.input = std::move(activity.input);
  item.run = &handler->run;
  item.tracked = tracked;
  if (auto at = claimed_.find(item.key); at != claimed_.end() && !std::exchange(at->second.on_worker, true))
    ++on_workers_;
  workers_->queue().push(std::move(item));
  watch_pace();
}

void activity_pool::start_async(const async_activity_handler& handler, stored_activity activity,
                                bool tracked) {
  std::stop_source cancelled;
  elsewhere_.emplace(activity.key, cancelled);
  activity_identity identity = identity_of(activity);
  identity.worker = "asynchronous";
  // The completion may be kept for long, and must not keep actors alive.
  auto dispatcher = caf::actor_cast<caf::actor_addr>(context_->dispatcher_of(activity.key.instance));
  auto pool = caf::actor_cast<caf::actor_addr>(this);
  activity_completion completed =
      [dispatcher, pool, key = activity.key, tracked, cancelled,
       facts = run_facts{identity.name, identity.attempt},
       setting = workers_->shared_setting()](result<std::string, error_details> outcome) {
        bool ignored = cancelled.stop_requested();
        if (!outcome && outcome.error().source.empty()) outcome = named(outcome.error(), facts.activity);
        settle_run(*setting, facts, ignored, outcome);
        std::optional<message> answer;
        if (!ignored) answer = activity_done_message(key, std::move(outcome));
        auto by = caf::actor_cast<caf::actor>(pool);
        if (tracked) {
          if (by) caf::anon_send(by, tracked_done{key, std::move(answer)});
          return;
        }
        auto to = caf::actor_cast<caf::actor>(dispatcher);
        if (to && answer) caf::anon_send(to, deliver{*std::move(answer)});
        if (by) caf::anon_send(by, done_atom::value, key);
      };
  auto context = std::make_shared<activity_context>(identity, cancelled.get_token(), desk_);
  home_system().spawn([handler, context, input = std::move(activity.input), completed] {
    if (!is_process_alive()) return;
    try {
      handler(context, input, completed);
    } catch (...) {
      error_details why = details_of_current_exception(error_kind::activity_failed, context->activity_name());
      why.category = error_category::application;
      completed(std::move(why));
    }
  });
}

void activity_pool::cancel(const activity_key& key) {
  if (workers_->queue().cancel(key)) {
    delayed_send(this, context_->options.activity_cancellation_grace_period, abandoned_atom::value, key);
  } else if (auto at = elsewhere_.find(key); at != elsewhere_.end()) {
    at->second.request_stop();  // it reports that it has ended
  } else if (parked_.erase(key) == 0) {
    finish_tracked(key);  // it was not running, so it reports nothing
  }
}

void activity_pool::report_failure(const activity_key& key, error_details why, bool tracked) {
  deliver_outcome(key, activity_done_message(key, std::move(why)));
  if (tracked) finish_tracked(key);
}

void activity_pool::deliver_outcome(const activity_key& key, message outcome) {
  if (context_->owns(key.instance)) {
    context_->send_message(*this, std::move(outcome));
  } else {
    outcome.visible_at = wall_clock_now();
    send(context_->journal(), commit_outcome{key, std::move(outcome)});
  }
}

// -- activities that nobody here can run --------------------------------------

// Another build, or another node, may have the handler: the activity waits, and fails only after the attempts
// that the reference grants.
void activity_pool::park_unregistered(stored_activity activity) {
  log_warning("duroxide: activity '{}' of instance '{}' is not registered here; it waits", activity.name,
              activity.key.instance);
  wait_for_handler(std::move(activity), 1);
}

void activity_pool::wait_for_handler(stored_activity activity, std::uint32_t tries) {
  const runtime_options& options = context_->options;
  if (tries > options.max_failed_attempts) return find_out_who_offers(std::move(activity));
  parked_.insert(activity.key);
  duration wait =
      exponential_backoff(options.unregistered_backoff_base, options.unregistered_backoff_limit, tries);
  delayed_send(this, wait, wake_atom::value, std::move(activity), tries + 1);
}

// As long as a living node has a handler, it will come to it.
void activity_pool::find_out_who_offers(stored_activity activity) {
  parked_.insert(activity.key);
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor, ask_store{[self, activity](provider& store) {
         auto offered = store.is_offered(activity.name);
         if (auto pool = caf::actor_cast<caf::actor>(self))
           caf::anon_send(pool, offered_atom::value, activity, !offered || *offered);
       }});
}

void activity_pool::give_up_unregistered(const stored_activity& activity) {
  context_->counters->count_activity(activity.name, [](activity_metrics& counted) { ++counted.poisoned; });
  report_failure(activity.key,
                 {error_category::poison, error_kind::not_registered,
                  "activity '" + activity.name + "' is not registered in this process; gave up after " +
                      std::to_string(context_->options.max_failed_attempts) + " attempts",
                  activity.name, false},
                 false);
}

}  // namespace duroxide::internal
