// The handlers of activities and orchestrations, by durable name.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/actor_handlers.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/root_branch.hpp"
#include "duroxide/orchestration_context.hpp"
#include "duroxide/semantic_version.hpp"
#include "duroxide/task.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace duroxide {

// Type-erased handlers: payload in, payload out. An exception from a handler is the failure.
using activity_handler = std::function<std::string(activity_context&, const std::string& input)>;

using activity_completion = std::function<void(result<std::string, error_details>)>;

// Runs the activity elsewhere, and calls `done` once, from any thread: with the output, or with the failure.
// `context` lives until then.
using async_activity_handler = std::function<void(std::shared_ptr<activity_context> context,
                                                  std::string input, activity_completion done)>;

// Makes the coroutine of one execution. Throws configuration_error if `input` is of the wrong type.
using orchestration_handler =
    std::function<detail::branch_ptr<json_text>(orchestration_context context, const std::string& input)>;

// The same by name, for handlers that hold state (runtime::register_orchestration_handler).
using orchestration_function = std::function<task<json_text>(orchestration_context context, json_text input)>;

namespace detail {

template <class Out, class Function, class... In>
orchestration_handler make_orchestration_handler(std::string name, Function function) {
  static_assert(std::is_empty_v<Function> || std::is_pointer_v<Function>,
                "an orchestration captures nothing: a closure would be gone, or different, on replay");
  static_assert(std::is_invocable_v<Function, orchestration_context, In...>,
                "an orchestration takes (orchestration_context, Input), both by value, as its contract says");
  static_assert(std::is_same_v<std::invoke_result_t<Function, orchestration_context, In...>, task<Out>>,
                "an orchestration returns dx::task<Output>, as its contract says");
  return [function, what = "the input of orchestration '" + name + "'"](
             orchestration_context context, const std::string& input) -> branch_ptr<json_text> {
    return std::make_unique<root_branch<Out>>(function(context, codec<In>::decode(what, input)...).release());
  };
}

template <class Out, class Function, class... In>
activity_handler make_activity_handler(std::string name, Function function) {
  static_assert(std::is_invocable_v<Function&, activity_context&, In...>,
                "an activity takes (activity_context&, Input), as its contract says");
  return [function = std::move(function), what = "the input of activity '" + name + "'"](
             activity_context& context, const std::string& input) mutable -> std::string {
    if constexpr (std::is_void_v<Out>) {
      function(context, codec<In>::decode(what, input)...);
      return "null";
    } else {
      static_assert(std::is_convertible_v<std::invoke_result_t<Function&, activity_context&, In...>, Out>,
                    "an activity returns its contract's output type");
      return codec<Out>::encode(function(context, codec<In>::decode(what, input)...));
    }
  };
}

}  // namespace detail

struct registered_activity {
  activity_handler run;          // set for activities that block a worker, else
  async_activity_handler start;  // for those that run elsewhere
};

struct registered_orchestration {
  std::string name;
  std::string version;
  orchestration_handler make;
};

// Chooses the version of an orchestration that a new execution runs if the caller asked for none.
class version_policy {
public:
  static version_policy latest() { return version_policy(std::nullopt); }
  static version_policy exact(semantic_version version) { return version_policy(std::move(version)); }

  const std::optional<semantic_version>& pinned() const noexcept { return pinned_; }

private:
  explicit version_policy(std::optional<semantic_version> pinned) : pinned_(std::move(pinned)) {}
  std::optional<semantic_version> pinned_;
};

// Handlers are added before the runtime starts, by any threads, and never change; version policies may change
// at any time, from any thread. Every add throws configuration_error: duplicate_registration if the name
// (with the version) is taken, invalid_argument if it is not a legal name or the runtime has been started.
class registry {
public:
  registry();
  registry(const registry&) = delete;
  registry& operator=(const registry&) = delete;
  ~registry();

  void add_activity(std::string name, activity_handler handler);
  void add_activity(std::string name, async_activity_handler handler);
  // Replaces the activity of that name from now on, whether it is registered already, later, or never.
  void replace_activity(std::string name, activity_handler handler);
  // For names that are reserved for the library.
  void add_builtin(std::string name, async_activity_handler handler);
  // Versions of one orchestration are added in ascending order (invalid_argument otherwise), so that a
  // version that was mistyped is not silently the latest. Source: Duroxide (see limits.hpp).
  void add_orchestration(std::string name, const semantic_version& version, orchestration_handler handler);

  // A kind of durable actor. Its handlers may be added to until the runtime starts.
  void add_actor(std::shared_ptr<detail::actor_handlers> handlers);
  // Null if there is none.
  std::shared_ptr<const detail::actor_handlers> find_actor(const std::string& kind) const;
  bool has_actors() const;
  // Whether there is anything here that an instance could run.
  bool has_instances() const;

  // `release` is called once, when the runtime has been shut down, and must not throw: for what a handler holds and
  // others wait for, such as an actor.
  void add_release(std::function<void()> release);

  // After this, nothing can be added.
  void close();
  // Calls what add_release was given, each once.
  void release();

  // The policy is `latest` unless it is set. A change applies to executions that begin later.
  void set_version_policy(const std::string& orchestration, version_policy policy);

  // Null if there is none.
  const registered_activity* find_activity(const std::string& name) const;
  // `version` empty: the one that the policy chooses.
  const registered_orchestration* find_orchestration(const std::string& name,
                                                     const std::string& version = {}) const;

  std::vector<std::string> activity_names() const;
  std::vector<std::string> orchestration_names() const;
  // "Name@1.2.3", one for each version of each.
  std::vector<std::string> offered_orchestrations() const;
  // In ascending order; empty if the orchestration is unknown.
  std::vector<std::string> versions(const std::string& orchestration) const;

private:
  struct contents;

  void add(std::string name, registered_activity activity);

  std::unique_ptr<contents> contents_;
};

}  // namespace duroxide
