// Asks an actor to serve one run of an activity.
#pragma once

#include "duroxide/caf/detail/actor_activity.hpp"

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace duroxide::internal {

// One run. Its worker has been found, and its request made.
struct relayed_run {
  std::shared_ptr<const duroxide::detail::actor_activity> activity;
  activity_info info;
  caf::actor worker;
  caf::message request;
  std::stop_token cancelled;
  activity_completion done;
};

// Lives in the system of the worker, which keeps it alive by its request alone: a request that is given up without an
// answer ends it. It reports once: what the worker answers, that the worker has ended, or that the run was cancelled;
// and holds nothing of the worker then. A worker that never answers keeps what is left of it, a few hundred bytes.
class activity_relay final : public caf::event_based_actor {
public:
  activity_relay(caf::actor_config& config, relayed_run run);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "activity relay"; }

private:
  caf::behavior answers();
  void ask();
  void fail(const std::string& why);
  void hear_error(const caf::error& error);
  void cancel();
  void report(result<std::string, error_details> outcome);
  void tell_unanswered(activity_completion tell);
  std::string worker_name() const;

  relayed_run run_;
  std::optional<std::stop_callback<std::function<void()>>> when_cancelled_;
};

// Finds the worker, makes the request and starts the relay; what goes wrong is reported. Any thread.
void start_relayed_run(const std::shared_ptr<const duroxide::detail::actor_activity>& activity,
                       const activity_context& context, const std::string& input, activity_completion done);

}  // namespace duroxide::internal
