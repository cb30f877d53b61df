// One membership of this process in its store, and the actors that live by it.
#pragma once

#include "actors/activity/workers_in_use.hpp"
#include "actors/deadline.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/node_context.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/actor_system.hpp>

#include <memory>
#include <vector>

namespace duroxide::internal {

// What all incarnations of a node share.
struct node_shared {
  std::shared_ptr<local_client> client;
  std::shared_ptr<metrics> counters;
  std::shared_ptr<workers_in_use> in_use;
  std::shared_ptr<turn_watch> watch;
};

// Begins with `begin` and ends with `drain_and_leave` (a graceful stop) or `kill` (ownership was lost). All
// block.
class incarnation {
public:
  // Joins the store, makes the actors and takes up the store's work. Throws infrastructure_error.
  incarnation(caf::actor_system& system, const std::shared_ptr<provider>& store,
              const std::shared_ptr<const registry>& handlers, const runtime_options& options,
              node_actor node, const node_shared& shared);
  incarnation(const incarnation&) = delete;
  incarnation& operator=(const incarnation&) = delete;

  const context_ptr& parts() const { return context_; }
  // All actors that it made: it is broken if one of them ends by itself.
  std::vector<caf::strong_actor_ptr> actors() const;

  // What runs may take at most `limit`, and what is committed then as long again.
  void drain_and_leave(duration limit);
  void kill();
  // How long drain_and_leave takes at most with this limit, a minute for the store included.
  static duration longest_drain(duration limit, const runtime_options& options);

private:
  void end_helpers();
  // False if some are not done by then.
  bool stop_in_time(const std::vector<stoppable_actor>& actors, const deadline& until, const char* otherwise);
  void end_all();

  caf::actor_system& system_;
  std::shared_ptr<workers> workers_;
  context_ptr context_;
  std::vector<reader_actor> readers_;           // of the store executor
  std::vector<caf::strong_actor_ptr> helpers_;  // who bring in and clear away: they end first
};

}  // namespace duroxide::internal
