// The threads that run blocking activities.
#pragma once

#include "actors/work_queue.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::internal {

// Called by a worker with the outcome of an activity. Must not block.
using activity_outcome =
    std::function<void(const activity_key& key, result<std::string, error_details> outcome)>;

// Runs `handler`, and gives what it returned or, as an application error, what it threw.
result<std::string, error_details> run_handler(const activity_handler& handler, activity_context& context,
                                               const std::string& input);

// Starts with its threads and stops with `stop`.
class workers {
public:
  workers(std::size_t count, const std::string& node_name, const std::shared_ptr<const registry>& handlers,
          const activity_outcome& report);
  workers(const workers&) = delete;
  workers& operator=(const workers&) = delete;
  ~workers();

  work_queue& queue() { return *queue_; }

  // Hands out nothing more, waits for what runs for at most `patience`, then asks it to stop and waits for at
  // most `grace`. A thread that still runs is abandoned with a warning: a C++ thread cannot be killed.
  void stop(duration patience, duration grace);

private:
  // Shared with the threads, so that an abandoned one finds what it uses.
  std::shared_ptr<work_queue> queue_ = std::make_shared<work_queue>();
  std::vector<std::thread> threads_;
};

}  // namespace duroxide::internal
