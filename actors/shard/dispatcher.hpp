// The owner of one shard's instances.
#pragma once

#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/instance/instance.hpp"
#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/timer_heap.hpp"
#include "actors/shard/waiter_list.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/response_promise.hpp>

#include <chrono>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// From the store executor: what a waiter asked for.
struct status_known {
  waiter_list::number waiter = 0;
  std::string instance;
  stored<instance_status> status;
  bool has_key = false;  // that it waits for
};

// From the store executor: which of these ids have an instance, by their lives, 0 for none.
struct lives_found {
  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;  // empty: the store could not be asked
  steady_time asked_at{};
};

// To itself: a waiter takes his wait back.
using taken_back_atom = caf::atom_constant<caf::atom("takenback")>;

// Routes messages to instance actors, loads and passivates them, holds the shard's timers and waiters, and
// supervises: an instance that dies or cannot be run is built anew from the store, with backoff, and one that
// fails again and again is failed as poison, with an error that says what happened on each attempt. One whose
// turn the store does not take is tried again as well, but never failed because of it (I10).
class dispatcher final : public caf::event_based_actor {
public:
  dispatcher(caf::actor_config& config, std::uint32_t shard);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "dispatcher"; }

private:
  // An instance that is in memory, or (parked) waits to be tried again.
  struct resident {
    caf::actor actor;  // null: parked
    steady_time last_used;
    std::list<std::string>::iterator in_use_order;
    std::vector<message> held;          // parked: what came meanwhile and has no row in the store
    std::vector<std::string> failures;  // in a row
    std::uint32_t refusals = 0;         // of its turns, by the store
    std::uint64_t ended_life = 0;       // it has ended, and is about to leave
  };
  using residents = std::unordered_map<std::string, resident>;
  // Instances that leave memory give back what is still in their mailboxes, before they are down.
  struct departure {
    std::size_t actors = 0;
    std::vector<unclaimed_activities> behind;  // what must not overtake that
  };

  // -- routing ----------------------------------------------------------------
  void route(message content);
  void route(unclaimed_activities request);
  void route(local_child_start child);
  void start(start_here request);
  residents::iterator spawn_loading(const std::string& instance, forced_failure failure);
  void watch_over(resident& entry, const std::string& instance, caf::actor actor);
  void touch(residents::iterator at);

  // -- supervision ------------------------------------------------------------
  void on_leaving(const leaving& m);
  void on_down(const caf::actor_addr& actor, const std::string& reason);
  void has_departed(const std::string& instance);
  void park(residents::iterator at, std::string failure);
  void park_refused(residents::iterator at);
  void set_aside(residents::iterator at, duration wait);
  void find_other_node(const std::string& instance, const instance_needs& needs);
  void on_relocated(const relocated& m);
  void hand_over_waiters(const std::string& instance);
  void retry(steady_time now);
  void try_again(residents::iterator at);
  void on_recovered();
  void forget(residents::iterator at);

  // -- waiting ----------------------------------------------------------------
  void on_status_changed(const status_changed& m);
  void wait(wait_here request);
  void look_up(waiter_list::number waiter, const wait_request& what);
  void look_up_waiters(const std::string& instance);
  void on_status_known(status_known& m);

  // -- what was deleted (deletions.cpp) ------------------------------------------
  void find_deleted();
  void on_lives_found(const lives_found& m);

  // -- time -------------------------------------------------------------------
  void wake();
  void arm();
  void sweep(steady_time now);
  std::size_t resident_limit() const;

  // -- stopping ---------------------------------------------------------------
  caf::response_promise drain();
  void finish_drain();
  void empty_memory();

  // -- shards of others -------------------------------------------------------
  bool is_ours() const { return context_->owned->contains(shard_); }
  void pass_on(message content);
  void give_up(give_up_shard request);
  void finish_giving_up();

  std::uint32_t shard_;
  context_ptr context_;
  residents residents_;
  std::list<std::string> use_order_;                 // of those with an actor, least recently used first
  std::multimap<steady_time, std::string> retries_;  // of parked ones
  std::unordered_map<caf::actor_addr, std::string> by_actor_;  // until they are down
  std::unordered_map<std::string, departure> departing_;
  timer_heap timers_;
  waiter_list waiters_;
  std::optional<steady_time> armed_for_;
  std::optional<caf::response_promise> drained_;
  std::optional<give_up_shard> giving_up_;
  bool finding_deleted_ = false;
  bool find_deleted_again_ = false;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::status_known)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::lives_found)
