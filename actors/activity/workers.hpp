// The threads that run blocking activities.
#pragma once

#include "actors/activity/work_queue.hpp"
#include "actors/metrics.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::internal {

// `why`, as a failure of this activity.
error_details named(error_details why, const std::string& activity);

// The message that tells an instance the outcome of an activity.
message activity_done_message(const activity_key& key, result<std::string, error_details> outcome);

// The way of all outcomes: called when an activity has ended; without an outcome if it was cancelled, so that
// nobody waits for one. Must not block.
using activity_outcome =
    std::function<void(const activity_key& key, bool claimed, std::optional<message> outcome)>;

// What the workers need besides their queue. Shared with the threads, so that an abandoned one finds it.
struct worker_setting {
  std::string node_name;
  std::shared_ptr<const registry> handlers;
  std::shared_ptr<metrics> counters;
  std::size_t payload_limit = 0;
  std::size_t turn_limit = 0;
  std::size_t asynchronous_limit = 1;  // asynchronous activities that run at a time
  activity_outcome report;
};

// Runs `handler`, and gives what it returned or, as an application error, what it threw.
result<std::string, error_details> run_handler(const activity_handler& handler, activity_context& context,
                                               const std::string& input);

// What is counted of a run.
struct run_facts {
  std::string activity;
  std::uint32_t attempt = 1;
  metrics::clock::time_point began = metrics::clock::now();
};

// Counts a run that has ended, and makes a failure of an output that is too long.
void settle_run(const worker_setting& setting, const run_facts& run, bool cancelled,
                result<std::string, error_details>& outcome);

// Starts with its threads and stops with `drain` and `end`.
class workers {
public:
  // In a simulation they are actors of the system.
  workers(caf::actor_system& system, std::size_t count, const std::shared_ptr<const worker_setting>& setting);
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;
  ~workers();

  work_queue& queue() { return *queue_; }
  const std::shared_ptr<const worker_setting>& shared_setting() const { return setting_; }

  // Hands out nothing more, waits for what runs for at most `patience`, and then asks it to stop.
  void drain(duration patience);
  // After `drain`: waits for what was asked to stop for at most `grace`. A thread that still runs is abandoned
  // with a warning: a C++ thread cannot be killed.
  void end(duration grace);

private:
  void make_actors(caf::actor_system& system, std::size_t count);

  std::shared_ptr<work_queue> queue_;
  std::shared_ptr<const worker_setting> setting_;
  std::vector<std::thread> threads_;
};

}  // namespace duroxide::internal
