// The runtime: runs orchestrations and activities over a store.
#pragma once

#include "duroxide/activity_task.hpp"
#include "duroxide/client.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/metrics.hpp"
#include "duroxide/options.hpp"
#include "duroxide/registry.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide {

// Register handlers, start, use clients, shut down. Any thread may do any of it. Destroying a running runtime
// shuts it down. In the child of a fork it has no threads: there its members throw configuration_error
// (invalid_argument), and shutting it down or destroying it does nothing.
class runtime {
public:
  // It has threads of its own, also in a program made of actors: neither waits for the other's (see caf.hpp). Throws
  // configuration_error (invalid_argument) for impossible options.
  explicit runtime(std::shared_ptr<provider> store, runtime_options options = {});
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;
  ~runtime();

  // -- registration, before start() ------------------------------------------
  // All throw configuration_error: duplicate_registration if the name is taken, invalid_argument if the name
  // is not legal or the runtime has been started.

  // `function` is called on a worker thread and may block: Out(activity_context&, In). Several calls may run
  // at the same time. Or it is a coroutine, activity_task<Out>(activity_context&, In), which runs on the
  // scheduler's threads and must not block them.
  template <class Out, class In, class Function>
  void register_activity(const activity<Out(In)>& what, Function function) {
    add_activity<Out, Function, In>(std::string(what.name()), std::move(function));
  }
  template <class Out, class Function>
  void register_activity(const activity<Out()>& what, Function function) {
    add_activity<Out, Function>(std::string(what.name()), std::move(function));
  }
  // By name: json_text(activity_context&, json_text).
  template <class Function>
  requires std::is_invocable_r_v<json_text, Function&, activity_context&, json_text>
  void register_activity(std::string name, Function function) {
    handlers().add_activity(
        name, detail::make_activity_handler<json_text, Function, json_text>(name, std::move(function)));
  }
  // An activity that does not block a worker; see async_activity_handler.
  void register_async_activity(std::string name, async_activity_handler handler);

  // `function` is a coroutine, task<Out>(orchestration_context, In): a function or a closure without
  // captures. Without a version it is 1.0.0. Several versions of one orchestration are registered in
  // ascending order; instances under way stay with theirs, new ones take the latest (see set_version_policy).
  template <class Out, class In, class Function>
  void register_orchestration(const orchestration<Out(In)>& what, Function function) {
    register_orchestration(what, "1.0.0", std::move(function));
  }
  template <class Out, class In, class Function>
  void register_orchestration(const orchestration<Out(In)>& what, std::string_view version,
                              Function function) {
    add_orchestration(
        what.name(), version,
        detail::make_orchestration_handler<Out, Function, In>(std::string(what.name()), std::move(function)));
  }
  template <class Out, class Function>
  void register_orchestration(const orchestration<Out()>& what, Function function) {
    register_orchestration(what, "1.0.0", std::move(function));
  }
  template <class Out, class Function>
  void register_orchestration(const orchestration<Out()>& what, std::string_view version, Function function) {
    add_orchestration(
        what.name(), version,
        detail::make_orchestration_handler<Out, Function>(std::string(what.name()), std::move(function)));
  }
  // By name: task<json_text>(orchestration_context, json_text).
  template <class Function> void register_orchestration(std::string_view name, Function function) {
    register_orchestration(name, "1.0.0", std::move(function));
  }
  template <class Function>
  void register_orchestration(std::string_view name, std::string_view version, Function function) {
    add_orchestration(name, version,
                      detail::make_orchestration_handler<json_text, Function, json_text>(
                          std::string(name), std::move(function)));
  }

  // For code that is known only at run time, as a binding or an interpreter has it. The handler may hold state: it is
  // kept as long as the runtime, and all executions share it, on several threads at the same time. What an execution
  // asks for must not depend on state that changes, or its replay fails as nondeterminism. The handler returns the
  // coroutine; what it throws instead is the failure of the instance.
  void register_orchestration_handler(std::string_view name, std::string_view version,
                                      orchestration_function handler);

  // A kind of durable actor: `register_actor(account).on(deposit, ...).on(balance, ...)`; see actor_handlers.hpp. A
  // runtime with durable actors runs those of its shards, as it does orchestrations.
  template <class State> actor_registration<State> register_actor(const durable_actor<State>& what) {
    auto made = detail::make_actor_handlers<State>(what.name());
    handlers().add_actor(made);
    return actor_registration<State>(std::move(made));
  }

  // The version that an execution runs when the caller did not choose one; `latest` unless set. At any time, from
  // any thread; it counts for executions that begin later.
  void set_version_policy(std::string_view orchestration, version_policy policy);

  // What is registered, for tools that run it by themselves. Not while the runtime runs.
  registry& handlers();

  // -- life -------------------------------------------------------------------

  // Takes up the store's work, including what an earlier process left. Blocks until that has begun. Throws
  // infrastructure_error (store_unavailable). Several runtimes, in one process or in several, may share a
  // store: on SQLite one of them runs the orchestrations, the others run activities, serve clients, and take
  // over when it ends.
  void start();

  // Takes no new work, lets running activities finish for at most options.shutdown_timeout (then they are
  // cancelled and run again at the next start), commits, gives the store up. Blocks. What is not finished
  // goes on at the next start. Any thread, and any number of them: each comes back when it is done. Throws
  // configuration_error (invalid_argument) inside an orchestration.
  //
  // Code that does not come to an end is abandoned after its timeouts, by name in the log, with its thread
  // and what that may use, so that the process can end; what it does from then on does not count.
  void shutdown();
  // The same with `limit` in the place of options.shutdown_timeout. It bounds how long running activities may
  // take, all of them together, and then once more how long the turns that are under way may take, with their
  // commits. It does not bound this call: options.activity_cancellation_grace_period is added for functions
  // that were asked to stop, and what the store takes to let this node leave.
  //
  // zero(): running activities are asked to stop at once, coroutines and those of register_async_activity a
  // tenth of a second later; their results do not count, and they are run again at the next start. Turns have
  // a tenth of a second for their commits. no_limit: all of that may take as long as it takes. Throws
  // configuration_error (invalid_argument), and does nothing, if `limit` is negative.
  //
  // Of several calls, with or without a limit, the one that begins the shutdown sets the limit for all. The
  // others wait until that one is done, even beyond their own limits.
  void shutdown(duration limit);

  // The same without blocking, for code that must not block, such as an actor. `done` (or none) is called once the
  // runtime has been shut down, on a thread of its own; it may destroy the runtime, and must not throw. If the
  // runtime is destroyed before, its destructor waits. Throws as `shutdown` does.
  void shutdown_async(std::function<void()> done = {});
  void shutdown_async(duration limit, std::function<void()> done = {});

  // What it has counted since it was made. Any thread; does not block. to_prometheus() makes text of it.
  metrics_snapshot metrics() const;

  // REQUIRES: started. Clients stay valid after shutdown, and then fail with runtime_stopped.
  duroxide::client client() const;

private:
  class state;
  template <class Out, class Function, class... In> void add_activity(std::string name, Function function) {
    if constexpr (std::is_invocable_r_v<activity_task<Out>, Function&, activity_context&, In...>)
      handlers().add_activity(
          name, detail::make_coroutine_activity_handler<Out, Function, In...>(name, std::move(function)));
    else
      handlers().add_activity(name,
                              detail::make_activity_handler<Out, Function, In...>(name, std::move(function)));
  }
  void add_orchestration(std::string_view name, std::string_view version, orchestration_handler handler);

  std::shared_ptr<state> state_;
};

}  // namespace duroxide
