// Many instances at once, from a client without a runtime.
#pragma once

#include "duroxide/client.hpp"
#include "duroxide/runtime.hpp"
#include "bench/measurements.hpp"
#include "bench/workload.hpp"

#include <optional>
#include <string>
#include <vector>

namespace duroxide::bench {

// Such a client starts instances one by one, each with a commit of its own, and asks for each one that it
// waits for: with thousands of them it would be the client that is measured. So a few instances start all the
// others, and when none is unfinished, each is asked for how it ended.
class sowing {
public:
  sowing(const workload& what, client from, std::size_t instances);

  // Starts all of them and blocks until they have ended, or until Ctrl-C, or until patience is at its end.
  void run();
  // Times as the store has them. Instances that had not ended by the end of run() are wrong or, after Ctrl-C,
  // left out.
  std::vector<outcome> outcomes();

private:
  void start_all();
  bool has_unfinished() const;
  std::optional<std::size_t> number_of(const std::string& instance) const;
  std::vector<std::size_t> ended_before(timestamp moment) const;

  const workload& what_;
  client from_;
  const std::size_t instances_;
  const std::string prefix_;
  std::optional<timestamp> stopped_at_;  // by Ctrl-C
};

// What the nodes need for it.
void register_sower(runtime& target);

}  // namespace duroxide::bench
