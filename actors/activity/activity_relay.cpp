#include "actors/activity/activity_relay.hpp"

#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/runtime.hpp"
#include "actors/activity/worker_errors.hpp"
#include "actors/client/scheduler_threads.hpp"
#include "actors/log.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>

#include <utility>

namespace duroxide::internal {

namespace {

using run_cancelled_atom = caf::atom_constant<caf::atom("runstop")>;

error_details failure_of(const std::string& activity, std::string why) {
  return {error_category::application, error_kind::activity_failed, std::move(why), activity};
}

// REQUIRES: called from a catch handler.
error_details failure_of_exception(const std::string& activity) {
  error_details why = details_of_current_exception(error_kind::activity_failed, activity);
  why.category = error_category::application;
  return why;
}

// Whether its end has begun, so that the notice of it has come or comes. Not known of remote actors.
bool is_ending(const caf::actor& worker) {
  auto* actor = caf::actor_cast<caf::abstract_actor*>(worker);
  constexpr int ending = caf::abstract_actor::is_shutting_down_flag | caf::abstract_actor::is_terminated_flag;
  if (actor->getf(ending)) return true;
  auto* local = dynamic_cast<caf::scheduled_actor*>(actor);
  return local != nullptr && local->mailbox().closed();
}

// Of the actor of an activity.
std::string text_of_end(const std::string& worker_name, const caf::actor_system& system,
                        const caf::error& reason) {
  return worker_name + " ended: " + text_of_error(system, reason);
}

// To spawn something in a system leaves a reference to its logger in the thread, and the system's destructor waits
// for that: a thread of another system must not keep it.
void spawn_relay(relayed_run run) {
  caf::actor_system& system = run.worker.home_system();
  refuse_blocking(system);
  const caf::logger* before = caf::logger::current_logger();
  system.spawn<activity_relay, caf::hidden>(std::move(run));
  if (before != &system.logger()) caf::logger::set_current_actor_system(nullptr);
}

// In a simulation the outcome comes from a thread that is none of its own.
activity_completion brought_home(activity_completion done) {
  auto* simulation = duroxide::detail::simulated();
  if (simulation == nullptr) return done;
  return [work = simulation->begin_outside(),
          done = std::move(done)](result<std::string, error_details> outcome) {
    work->end([done, outcome = std::move(outcome)] { done(outcome); });
  };
}

activity_info info_of(const activity_context& context) {
  return {context.activity_id(), context.activity_name(), context.instance_id(), context.attempt(),
          context.deliveries()};
}

}  // namespace

activity_relay::activity_relay(caf::actor_config& config, relayed_run run)
    : caf::event_based_actor(config), run_(std::move(run)) {}

caf::behavior activity_relay::make_behavior() {
  set_down_handler(
      [this](const caf::down_msg& down) { fail(text_of_end(worker_name(), system(), down.reason)); });
  ask();
  // The thread that cancels holds up a node: it only leaves a message.
  when_cancelled_.emplace(run_.cancelled, [self = address()] {
    if (auto relay = caf::actor_cast<caf::actor>(self)) caf::anon_send(relay, run_cancelled_atom::value);
  });
  return {[this](run_cancelled_atom) { cancel(); }};
}

// The notice of the worker's end has the priority of an answer, so that an answer that was given before is heard.
void activity_relay::ask() {
  monitor(run_.worker);
  const auto answer = request(run_.worker, caf::infinite, std::exchange(run_.request, {})).id();
  add_multiplexed_response_handler(answer, answers());
}

caf::behavior activity_relay::answers() {
  caf::message_handler listener = run_.activity->make_listener(
      [this](result<std::string, error_details> outcome) { report(std::move(outcome)); });
  return listener.or_else([this](const caf::error& error) { hear_error(error); });
}

void activity_relay::hear_error(const caf::error& error) {
  if (!error) return fail(worker_name() + " answered with an error that says nothing");
  if (error == caf::sec::unexpected_response)
    return fail(worker_name() + " answered with " + types_of_message(error.context()) +
                ", but the activity expects " + run_.activity->expected);
  if (error == caf::sec::unexpected_message && error.context().empty())
    return fail(worker_name() + " does not accept " + run_.activity->sent);
  if (!current_sender()) {               // the mailbox that the request was in has been closed
    if (is_ending(run_.worker)) return;  // the notice will have the reason
    return fail(text_of_end(worker_name(), system(), error));
  }
  report(failure_of_worker(system(), error, run_.info.activity));
}

void activity_relay::cancel() {
  if (!run_.done) return;
  if (run_.activity->make_cancel_message) {
    try {
      caf::anon_send(run_.worker, run_.activity->make_cancel_message(run_.info));
    } catch (...) {
      log_warning("duroxide: the cancel message of activity '{}' cannot be made: {}",
                  field("activity", run_.info.activity),
                  field("error", failure_of_exception(run_.info.activity).message),
                  field("instance", run_.info.instance));
    }
  }
  report(error_details{error_category::application, error_kind::cancelled, "the activity was cancelled",
                       run_.info.activity});
}

void activity_relay::fail(const std::string& why) { report(failure_of(run_.info.activity, why)); }

void activity_relay::report(result<std::string, error_details> outcome) {
  if (const auto tell = std::exchange(run_.done, nullptr)) tell(std::move(outcome));
  quit();
}

std::string activity_relay::worker_name() const {
  return "the actor of activity '" + run_.info.activity + "'";
}

void activity_relay::on_exit() {
  when_cancelled_.reset();
  if (run_.done) tell_unanswered(std::exchange(run_.done, nullptr));
  run_ = {};
}

// The last one who had the request has let it go: the worker, which goes on or which is ending and has dropped what it
// had, or an actor to which it passed the request on.
void activity_relay::tell_unanswered(activity_completion tell) {
  if (!is_ending(run_.worker))
    return tell(failure_of(run_.info.activity, worker_name() + " gave the request up without an answer"));
  run_.worker->attach_functor([tell = std::move(tell), activity = run_.info.activity, name = worker_name(),
                               &home = system()](const caf::error& reason) {
    tell(failure_of(activity, text_of_end(name, home, reason)));
  });
}

void start_relayed_run(const std::shared_ptr<const duroxide::detail::actor_activity>& activity,
                       const activity_context& context, const std::string& input, activity_completion done) {
  const std::string& name = activity->name;
  try {
    relayed_run run{activity, info_of(context), activity->find_worker(), {}, context.stop_token(), {}};
    if (!run.worker)
      return done(failure_of(name, "there is no actor that serves activity '" + name + "' now"));
    run.request = activity->make_request(input, run.info);
    run.done = brought_home(done);
    spawn_relay(std::move(run));
  } catch (...) {
    done(failure_of_exception(name));
  }
}

}  // namespace duroxide::internal

namespace duroxide::detail {

namespace {

// Holds the worker until the runtime has been shut down. Any thread may call.
class held_activity {
public:
  explicit held_activity(actor_activity what)
      : what_(std::make_shared<const actor_activity>(std::move(what))) {}

  // Null after `release`.
  std::shared_ptr<const actor_activity> get() const DUROXIDE_EXCLUDES(mutex_) {
    const lock_guard lock(mutex_);
    return what_;
  }
  void release() DUROXIDE_EXCLUDES(mutex_) {
    std::shared_ptr<const actor_activity> released;  // goes after the lock
    const lock_guard lock(mutex_);
    released.swap(what_);
  }

private:
  mutable mutex mutex_;
  std::shared_ptr<const actor_activity> what_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace

void add_actor_activity(runtime& target, actor_activity what) {
  const std::string name = what.name;
  auto held = std::make_shared<held_activity>(std::move(what));
  target.register_async_activity(name, [held, name](const std::shared_ptr<activity_context>& context,
                                                    const std::string& input, activity_completion done) {
    const auto activity = held->get();
    if (!activity) return done(internal::failure_of(name, "the runtime has been shut down"));
    internal::start_relayed_run(activity, *context, input, std::move(done));
  });
  target.handlers().add_release([held] { held->release(); });
}

void report_made(const std::string& activity, const activity_completion& done,
                 const std::function<std::string()>& make) {
  std::string output;
  try {
    output = make();
  } catch (...) {
    return done(internal::failure_of_exception(activity));
  }
  done(std::move(output));
}

caf::message default_cancel_message(const activity_info& info) {
  return caf::make_message(cancel_activity_atom::value, info.id);
}

}  // namespace duroxide::detail
