// The asynchronous activities of a node: those that run, and those that wait for a place.
#pragma once

#include "actors/activity/activity_table.hpp"
#include "actors/activity/asynchronous_line.hpp"
#include "actors/activity/messages.hpp"
#include "actors/activity/runtime_activity_services.hpp"
#include "actors/activity/workers.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <memory>

namespace duroxide::internal {

// Runs as many as have places (runtime_options::async_activity_limit), and the next one when a place is given up.
// What waits beyond what the places need is given to other nodes, if there are any, like what waits for the
// workers (worker_pace.hpp). Built-in activities are few and small, and take no place. The pool's alone; what the
// constructor is given must outlive this.
class asynchronous_runs {
public:
  asynchronous_runs(activity_pool_self::base& pool, const context_ptr& context,
                    std::shared_ptr<const worker_setting> setting, activity_table& table);

  const asynchronous_line& line() const noexcept { return line_; }

  // Runs it now or later.
  void run(stored_activity activity, bool claimed,
           const std::shared_ptr<runtime_activity_services>& services);
  // It is not to run any more.
  void forget(const activity_key& key) { line_.forget(key); }
  // It runs, and was asked to stop: its place is free when it has ended, and at the latest with abandoned_atom.
  void note_cancelled(const activity_key& key);
  // It has ended. True if a place is free because of that.
  bool end(const activity_key& key);
  // Its grace period is over. True if it had a place, which is free now.
  bool abandon(const activity_key& key);
  // `places_atom` has come. True if something was given away, which the store may have for this node again.
  bool look();

  // Nothing is started from here on. What waits is run again at the next start.
  void stop();
  void clear();

private:
  void start(stored_activity activity, bool claimed);
  void start_next();
  void watch();
  bool give_away();

  activity_pool_self::base& pool_;
  const context_ptr& context_;
  std::shared_ptr<const worker_setting> setting_;
  activity_table& table_;
  asynchronous_line line_;
  std::shared_ptr<runtime_activity_services> services_;
  std::uint64_t seen_ = 0;  // how many places had been given up at the last look
  bool is_watching_ = false;
  bool stopped_ = false;
};

}  // namespace duroxide::internal
