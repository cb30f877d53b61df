// The runtime: runs orchestrations and activities over a store.
#pragma once

#include "duroxide/client.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/options.hpp"
#include "duroxide/registry.hpp"

#include <memory>
#include <string>
#include <utility>

namespace duroxide {

// Register handlers, start, use clients, shut down. Registration and start belong to one thread; client() may
// be called from any. Destroying a running runtime shuts it down.
class runtime {
public:
  // Runs in an actor system of its own. Throws configuration_error (invalid_argument) for impossible options.
  explicit runtime(std::shared_ptr<provider> store, runtime_options options = {});
  // Runs in the caller's actor system, on its scheduler. The system must outlive the runtime.
  runtime(std::shared_ptr<provider> store, caf::actor_system& system, runtime_options options = {});
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;
  ~runtime();

  // -- registration, before start() ------------------------------------------
  // All throw configuration_error: duplicate_registration if the name is taken, invalid_argument if the name
  // is not legal or the runtime has been started.

  // `function` is called on a worker thread and may block: Out(activity_context&, In). Several calls may run
  // at the same time.
  template <class Out, class In, class Function>
  void register_activity(const activity<Out(In)>& what, Function function) {
    std::string name(what.name());
    registering(name).add_activity(
        name, detail::make_activity_handler<Out, Function, In>(name, std::move(function)));
  }
  template <class Out, class Function>
  void register_activity(const activity<Out()>& what, Function function) {
    std::string name(what.name());
    registering(name).add_activity(name,
                                   detail::make_activity_handler<Out, Function>(name, std::move(function)));
  }
  // By name: json_text(activity_context&, json_text).
  template <class Function>
  requires std::is_invocable_r_v<json_text, Function&, activity_context&, json_text>
  void register_activity(std::string name, Function function) {
    registering(name).add_activity(
        name, detail::make_activity_handler<json_text, Function, json_text>(name, std::move(function)));
  }
  // An activity that does not block a worker; see async_activity_handler.
  void register_async_activity(std::string name, async_activity_handler handler);

  // `function` is a coroutine, task<Out>(orchestration_context, In): a function or a closure without
  // captures.
  template <class Out, class In, class Function>
  void register_orchestration(const orchestration<Out(In)>& what, Function function) {
    std::string name(what.name());
    registering(name).add_orchestration(
        name, detail::make_orchestration_handler<Out, Function, In>(name, std::move(function)));
  }
  template <class Out, class Function>
  void register_orchestration(const orchestration<Out()>& what, Function function) {
    std::string name(what.name());
    registering(name).add_orchestration(
        name, detail::make_orchestration_handler<Out, Function>(name, std::move(function)));
  }
  // By name: task<json_text>(orchestration_context, json_text).
  template <class Function> void register_orchestration(std::string name, Function function) {
    registering(name).add_orchestration(
        name, detail::make_orchestration_handler<json_text, Function, json_text>(name, std::move(function)));
  }

  // -- life -------------------------------------------------------------------

  // Takes up the store's work, including what an earlier process left. Blocks until that has begun. Throws
  // infrastructure_error: store_in_use if another runtime owns the store, store_unavailable.
  void start();

  // Takes no new work, lets running activities finish for at most options.shutdown_timeout (then they are
  // cancelled and run again at the next start), commits, gives the store up. Blocks. What is not finished
  // goes on at the next start.
  void shutdown();

  // REQUIRES: started. Clients stay valid after shutdown, and then fail with runtime_stopped.
  duroxide::client client() const;

private:
  class state;
  registry& registering(const std::string& name);

  std::unique_ptr<state> state_;
};

}  // namespace duroxide
