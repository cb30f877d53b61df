#include "duroxide/runtime.hpp"

#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/process.hpp"
#include "duroxide/detail/running_code.hpp"
#include "actors/activity/builtin_activities.hpp"
#include "actors/blocking.hpp"
#include "actors/client/local_client.hpp"
#include "actors/host/messages.hpp"
#include "actors/host/node.hpp"
#include "actors/host/own_system.hpp"
#include "actors/log.hpp"
#include "actors/simulation.hpp"

#include <caf/send.hpp>

#include <exception>
#include <future>
#include <optional>
#include <thread>

namespace duroxide {

namespace {

void require(bool holds, const std::string& option, const std::string& rule) {
  if (!holds)
    throw configuration_error(error_kind::invalid_argument,
                              "runtime_options::" + option + " must be " + rule);
}

// Limits are at most a hundred years from here on, so that they can be added to any time.
void check(runtime_options& options) {
  const auto limit = [](const char* name, duration& value) {
    value = detail::checked_limit(std::string("runtime_options::") + name, value);
  };
  limit("session_idle_timeout", options.session_idle_timeout);
  limit("session_lock_timeout", options.session_lock_timeout);
  limit("heartbeat_interval", options.heartbeat_interval);
  limit("retention_interval", options.retention_interval);
  limit("answer_retention", options.answer_retention);
  limit("passivate_after", options.passivate_after);
  limit("timer_horizon", options.timer_horizon);
  limit("shutdown_timeout", options.shutdown_timeout);
  limit("long_turn", options.long_turn);
  limit("activity_cancellation_grace_period", options.activity_cancellation_grace_period);
  limit("unregistered_backoff_base", options.unregistered_backoff_base);
  limit("unregistered_backoff_limit", options.unregistered_backoff_limit);
  if (options.delete_instances_after) limit("delete_instances_after", *options.delete_instances_after);
  if (options.delete_executions_after) limit("delete_executions_after", *options.delete_executions_after);
  require(options.worker_concurrency <= 4096, "worker_concurrency", "at most 4096");
  require(options.orchestration_concurrency.value_or(0) <= 4096, "orchestration_concurrency", "at most 4096");
  require(options.payload_limit > 0, "payload_limit", "positive");
  require(options.turn_limit > 0 && options.turn_limit <= limits::most_turn_bytes, "turn_limit",
          "between 1 byte and 512 MiB");
  require(options.max_depth <= 1'000'000'000, "max_depth", "at most 1 000 000 000");
  require(options.max_sessions_per_runtime > 0, "max_sessions_per_runtime", "positive");
  require(options.worker_node_id.size() <= limits::id_bytes, "worker_node_id", "at most 256 bytes");
  require(options.session_idle_timeout > duration::zero(), "session_idle_timeout", "positive");
  require(options.heartbeat_interval > duration::zero(), "heartbeat_interval", "positive");
  require(options.retention_interval > duration::zero(), "retention_interval", "positive");
  require(options.passivate_after > duration::zero(), "passivate_after", "positive");
  require(options.long_turn > duration::zero(), "long_turn", "positive");
  require(options.resident_limit > 0, "resident_limit", "positive");
  require(options.activity_queue_limit > 0, "activity_queue_limit", "positive");
  require(options.activity_queue_bytes > 0, "activity_queue_bytes", "positive");
  require(options.async_activity_limit > 0, "async_activity_limit", "positive");
  require(options.client_request_limit > 0, "client_request_limit", "positive");
  require(options.timer_horizon >= std::chrono::seconds(1), "timer_horizon", "at least a second");
  require(!options.journal_lanes || (*options.journal_lanes > 0 && *options.journal_lanes <= 64),
          "journal_lanes", "between 1 and 64");
  require(options.commit_batch_limit > 0, "commit_batch_limit", "positive");
  require(options.unregistered_backoff_base > duration::zero(), "unregistered_backoff_base", "positive");
  require(options.unregistered_backoff_limit >= options.unregistered_backoff_base,
          "unregistered_backoff_limit", "at least unregistered_backoff_base");
  require(options.max_failed_attempts != 0U, "max_failed_attempts", "positive");
  require(options.max_crashes > 0, "max_crashes", "positive");
  require(options.build_id.size() <= 200, "build_id", "at most 200 bytes");
}

// Runs `body` on a thread of its own and waits for it. CAF keeps a reference to a system's logger in every
// thread that spawned or asked something, and a system's destructor waits for all of them: done on the
// caller's thread, a runtime that is shut down by another thread than started it would never return.
template <class Body> void aside(Body body) {
  if (detail::simulated()) return body();
  std::exception_ptr failed;
  std::thread([&] {
    try {
      body();
    } catch (...) {
      failed = std::current_exception();
    }
  }).join();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

class runtime::state {
public:
  state(std::shared_ptr<provider> given_store, runtime_options given_options)
      : store(std::move(given_store)), options(std::move(given_options)) {
    if (!store)
      throw configuration_error(error_kind::invalid_argument, "a runtime needs a provider; it is null");
    check(options);
  }

  void start() DUROXIDE_REQUIRES(changing);
  void shutdown(duration limit) DUROXIDE_REQUIRES(changing);
  // In the child of a fork there are no actors.
  void require_home() const {
    if (home.is_elsewhere())
      throw configuration_error(error_kind::invalid_argument, home.refusal("the runtime"));
  }

  detail::home_process home;
  std::shared_ptr<provider> store;
  runtime_options options;
  std::shared_ptr<registry> handlers = std::make_shared<registry>();
  std::shared_ptr<internal::local_client> client =
      detail::make_shared_at_home<internal::local_client>(options.client_request_limit);
  std::shared_ptr<internal::metrics> counters = std::make_shared<internal::metrics>();
  std::shared_ptr<internal::workers_in_use> in_use = std::make_shared<internal::workers_in_use>();
  std::shared_ptr<internal::turn_watch> watch =
      std::make_shared<internal::turn_watch>(counters, options.long_turn);
  // Held by the thread that starts it or shuts it down. In a simulation there is one thread, which may come here again
  // while it waits.
  detail::recursive_mutex changing;
  std::unique_ptr<internal::own_system> own DUROXIDE_GUARDED_BY(changing);  // none in a simulation
  internal::node_actor node DUROXIDE_GUARDED_BY(changing);
  bool started DUROXIDE_GUARDED_BY(changing) = false;
};

runtime::runtime(std::shared_ptr<provider> store, runtime_options options)
    : state_(detail::make_shared_at_home<state>(std::move(store), std::move(options))) {}

runtime::~runtime() { shutdown(); }

registry& runtime::handlers() {
  state_->require_home();
  return *state_->handlers;
}

void runtime::add_orchestration(std::string_view name, std::string_view version,
                                orchestration_handler handler) {
  handlers().add_orchestration(std::string(name), semantic_version::parse(version), std::move(handler));
}

void runtime::register_orchestration_handler(std::string_view name, std::string_view version,
                                             orchestration_function handler) {
  if (!handler)
    throw configuration_error(error_kind::invalid_argument,
                              "the handler of orchestration '" + std::string(name) + "' is empty");
  add_orchestration(name, version,
                    [function = std::move(handler)](orchestration_context context, const std::string& input) {
                      return function(context, json_text(input)).release();
                    });
}

void runtime::register_async_activity(std::string name, async_activity_handler handler) {
  handlers().add_activity(std::move(name), std::move(handler));
}

void runtime::start() {
  detail::require_outside_orchestrations("runtime::start");
  state_->require_home();
  const detail::lock_guard alone(state_->changing);
  state_->start();
}

void runtime::shutdown() { shutdown(state_->options.shutdown_timeout); }

void runtime::shutdown(duration limit) {
  detail::require_outside_orchestrations("runtime::shutdown");
  limit = detail::checked_limit("the limit of runtime::shutdown", limit);
  if (state_->home.is_elsewhere()) return;  // what runs is the parent's
  // An activity that asks for this may still wait for its turn when the runtime is destroyed.
  const std::shared_ptr<state> kept = state_;
  const detail::lock_guard alone(kept->changing);
  kept->shutdown(limit);
}

void runtime::shutdown_async(std::function<void()> done) {
  shutdown_async(state_->options.shutdown_timeout, std::move(done));
}

void runtime::shutdown_async(duration limit, std::function<void()> done) {
  detail::require_outside_orchestrations("runtime::shutdown_async");
  limit = detail::checked_limit("the limit of runtime::shutdown_async", limit);
  auto end = [kept = state_, limit, done = std::move(done)] {
    if (!kept->home.is_elsewhere()) {
      const detail::lock_guard alone(kept->changing);
      kept->shutdown(limit);
    }
    if (done) done();
  };
  detail::simulated() ? end() : std::thread(std::move(end)).detach();
}

void runtime::state::start() {
  if (started)
    throw configuration_error(error_kind::invalid_argument,
                              "the runtime has been started before; make a new one");
  started = true;
  internal::add_builtin_activities(*handlers);
  handlers->close();
  auto answer = std::make_shared<std::promise<std::shared_ptr<error_details>>>();
  std::unique_ptr<internal::own_system> made;
  internal::node_actor spawned;
  aside([&] {
    if (!detail::simulated())
      made = std::make_unique<internal::own_system>(options.orchestration_concurrency);
    spawned = internal::spawn_blocking<internal::node>(
        made ? made->get() : internal::simulated_system(), store, handlers, options,
        internal::node_shared{client, counters, in_use, watch});
  });
  own = std::move(made);
  node = std::move(spawned);
  caf::anon_send(node, internal::start_node{[answer](auto failed) { answer->set_value(std::move(failed)); }});
  auto future = answer->get_future();
  detail::wait_for(future);
  if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    throw infrastructure_error(error_kind::runtime_stopped, "the simulated node ended before it had started");
  std::shared_ptr<error_details> failed = future.get();
  if (!failed) return;
  shutdown(options.shutdown_timeout);
  throw infrastructure_error(failed->kind, failed->message);
}

void runtime::state::shutdown(duration limit) {
  if (!node) return;
  auto stopped = std::make_shared<std::promise<void>>();
  caf::anon_send(node, internal::stop_node{limit, [stopped] { stopped->set_value(); }});
  const auto future = stopped->get_future();
  if (detail::simulated()) {
    detail::wait_for(future);
    // The process may have died meanwhile; then this is done again when it is expired.
    if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  } else if (future.wait_until(detail::steady_in(internal::incarnation::longest_drain(limit, options))) !=
             std::future_status::ready) {
    internal::log_error("duroxide: the store did not let this node leave; what is left of it is abandoned");
  }
  node = nullptr;
  if (own) internal::end_system(std::move(own), *watch);
  handlers->release();
}

client runtime::client() const {
  state_->require_home();
  return duroxide::client(state_->client);
}

void runtime::set_version_policy(std::string_view orchestration, version_policy policy) {
  require_valid_id("orchestration name", orchestration);
  state_->handlers->set_version_policy(std::string(orchestration), std::move(policy));
}

metrics_snapshot runtime::metrics() const {
  state_->require_home();
  metrics_snapshot now = state_->counters->snapshot();
  if (auto workers = state_->in_use->get()) {
    now.queued_activities += workers->queue().waiting();
    now.running_activities = workers->queue().running();
  }
  return now;
}

}  // namespace duroxide
