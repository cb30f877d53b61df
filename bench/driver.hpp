// Starts instances, at most so many in flight, and collects how each of them ends.
#pragma once

#include "bench/measurements.hpp"
#include "bench/workload.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::bench {

struct load {
  std::size_t instances = 0;
  std::size_t in_flight = 0;           // 0: all at once
  std::optional<std::size_t> seconds;  // no instance is started later
};

struct ending {
  std::size_t instance = 0;  // its number
  std::chrono::steady_clock::time_point started;
  std::chrono::steady_clock::time_point ended;
  bool right = false;
};

// Ids of instances begin with it. Another one each time.
std::string new_prefix(const std::string& workload);

// One thread runs it; others may ask how far it is. The port must outlive it.
class driver {
public:
  driver(const workload& what, client_port& port, const load& how);
  driver(const driver&) = delete;
  driver& operator=(const driver&) = delete;
  // What is still in flight goes on, unheard.
  ~driver();

  // Blocks until all that were started have ended, or until Ctrl-C.
  void run();

  std::string id_of(std::size_t instance) const;
  std::size_t ended() const;
  // Those that have ended, in the order of their ends.
  std::vector<ending> endings() const;
  // The numbers of those that were started and have not ended.
  std::vector<std::size_t> in_flight() const;
  std::vector<outcome> outcomes() const;

private:
  struct state;
  // Shared with replies that may come when the driver is gone.
  std::shared_ptr<state> state_;
};

}  // namespace duroxide::bench
