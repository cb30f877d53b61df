// Tests of workflows: the real runtime in one thread, on a store in memory, under a clock that advances by
// itself. A workflow that sleeps a month is tested in milliseconds.
#pragma once

#include "duroxide/duroxide.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::testing {

// Registers the orchestrations and activities that a process has: what a program does between creating its
// runtime and starting it. Called once for each process that the environment starts.
using handlers = std::function<void(runtime&)>;

// Registers `function`, Out(activity_context&, In), to run instead of the activity, whether that is
// registered before, later, or never.
template <class Out, class In, class Function>
void replace_activity(runtime& target, const activity<Out(In)>& what, Function function) {
  std::string name(what.name());
  target.handlers().replace_activity(
      name, duroxide::detail::make_activity_handler<Out, Function, In>(name, std::move(function)));
}
template <class Out, class Function>
void replace_activity(runtime& target, const activity<Out()>& what, Function function) {
  std::string name(what.name());
  target.handlers().replace_activity(
      name, duroxide::detail::make_activity_handler<Out, Function>(name, std::move(function)));
}

// Where a process dies: at its n-th durable write, counted over the life of the environment from 1.
struct crash_point {
  std::uint64_t write = 1;
  bool after = false;  // after it was made, before anybody knows of it; else before
};

struct environment_options {
  environment_options() {
    runtime.verify_replay = true;
    runtime.on_mismatch = mismatch_policy::fail;
    runtime.worker_tag_filter = tag_filter::any();
  }

  runtime_options
      runtime;  // other defaults: with verify_replay, mismatches that fail, and activities of any tag
  // The wall clock when the environment begins.
  timestamp begin{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  // The seed for the order of concurrent steps. 0: the order of arrival; each other seed: another order, the same
  // in every run.
  std::uint64_t seed = 0;
  // The process dies there; the next one takes over at once.
  std::optional<crash_point> crash{};
  // Actors of a real actor system that serve activities (register_actor_activity) take real time: until one has
  // answered, time stands still here, but for each request no longer than this. Then time goes on, so that timeouts
  // are reached.
  duration actor_patience = std::chrono::seconds(10);
};

// A process with a runtime, its store, and time. Time stands still unless the test waits: in a client's
// members that block, and in `advance`; then it advances as fast as there is something to do. Everything runs
// on the thread that made the environment, which must be the one that uses it; there may be one at a time in
// a thread. Activities that block really block, so replace those that do. Activities that are actors of a real actor
// system may stay, or be replaced; several that run at the same time end in an order that no seed determines. A wait
// whose time is up says in its timeout_error what the instance waits for.
class environment {
public:
  // Throws configuration_error (invalid_argument) if this thread has an environment already. What
  // `registered` throws is thrown by the first use.
  explicit environment(handlers registered, environment_options options = {});
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment();

  // The same, for all processes of this environment. Call it before the environment is used for the first time,
  // else it throws configuration_error (invalid_argument).
  template <class Out, class In, class Function>
  void replace_activity(const activity<Out(In)>& what, Function function) {
    std::string name(what.name());
    replace(name, duroxide::detail::make_activity_handler<Out, Function, In>(name, std::move(function)));
  }
  template <class Out, class Function> void replace_activity(const activity<Out()>& what, Function function) {
    std::string name(what.name());
    replace(name, duroxide::detail::make_activity_handler<Out, Function>(name, std::move(function)));
  }

  // Works on the store from outside, as a client in another process, and so outlives crashes. Its timeouts
  // are in this environment's time.
  duroxide::client client();
  // What the next process will find.
  std::shared_ptr<provider> store();

  // The wall clock.
  timestamp now() const;
  // Lets everything run for this long.
  void advance(duration length);
  // Calls `call` when this much time has passed, between two steps of the runtime.
  void call_after(duration delay, std::function<void()> call);

  // The process dies now, without warning, and the next one starts.
  void crash();
  // How often a process has died.
  std::uint64_t crashes() const;
  // Durable writes of the processes so far, and a description of the last one, for people: the operation and, for a
  // commit, the instances and the events of its turns. Empty: there was none.
  std::uint64_t writes() const;
  std::string last_write() const;
  // The write at which the process died because options.crash said so, as last_write(). Empty: it did not.
  std::string crashed_write() const;

private:
  void replace(std::string name, activity_handler handler);

  class state;
  std::unique_ptr<state> state_;
};

}  // namespace duroxide::testing
