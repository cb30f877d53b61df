// The owner of one shard's instances.
#pragma once

#include "actors/clock.hpp"
#include "actors/instance/forced_failure.hpp"
#include "actors/instance/instance_state.hpp"
#include "actors/node_context.hpp"
#include "actors/shard/deletion_check.hpp"
#include "actors/shard/instance_actors.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/resident_instances.hpp"
#include "actors/shard/shard_waits.hpp"
#include "actors/shard/timer_heap.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <string>

namespace duroxide::internal {

// Routes messages to instance actors, loads and passivates them, holds the shard's timers and waiters, and
// supervises: an instance that dies or cannot be run is built anew from the store, with backoff, for as long as it
// takes. If the options limit the attempts, one that fails so often is failed as poison, with an error that says
// what happened on each attempt. One whose turn the store does not take is tried again as well, but never failed
// because of it (I10).
class dispatcher final : public dispatcher_self::base {
public:
  dispatcher(caf::actor_config& config, std::uint32_t shard);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "dispatcher"; }

private:
  using resident = resident_instances::resident;

  // -- routing ----------------------------------------------------------------
  dispatcher_routing::behavior_type routing();
  void route(message content);
  void route(activities_not_in_pool request);
  void route(local_child_start child);
  void start(start_here request);
  void ask(ask_here request);
  void query(query_here request);
  resident& spawn_instance(const std::string& instance, instance_state::any first,
                           forced_failure failure = {});
  void pass_on(message content);
  void hold(resident& parked, message content);

  // -- supervision (supervision.cpp) --------------------------------------------
  dispatcher_supervision::behavior_type supervision();
  void on_leaving(const leaving& m);
  void on_down(const caf::actor_addr& actor, const std::string& reason);
  void park_failed(const leaving& m);
  void park_paused(const leaving& m);
  void park(instance_problem problem, duration wait);
  void on_problem_noted(const problem_noted& m);
  void call(resident& parked, const std::string& instance);
  void try_in(duration wait, const std::string& parked);
  void retry(steady_time now);
  std::string problem_of(const std::string& instance);

  // -- waiting (waiting.cpp) ------------------------------------------------------
  dispatcher_waits::behavior_type waiting();
  void wait(wait_here request);
  void on_status_known(const status_known& m);
  void on_lives_found(const lives_found& m);

  // -- time and stopping --------------------------------------------------------
  dispatcher_lifecycle::behavior_type lifecycle();
  void wake();
  void arm();
  // Asks all instances to leave memory.
  void begin_stopping();
  // Completes the stop, or the handover of the shard, once no actor of an instance is left.
  void finish_stopping();
  bool is_stopping() const { return drained_ || giving_up_; }

  std::uint32_t shard_;
  context_ptr context_;
  resident_instances residents_;
  instance_actors actors_;
  timer_heap timers_;
  shard_waits waits_;
  deletion_check deletions_;
  std::size_t notes_ = 0;          // of problems, on their way to the store
  steady_time no_retry_before_{};  // the node's pace of retries is used up
  std::optional<steady_time> armed_for_;
  std::optional<done_promise> drained_;     // the node stops
  std::optional<give_up_shard> giving_up_;  // the shard is for another node
};

}  // namespace duroxide::internal
