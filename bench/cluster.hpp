// Node processes that share a store.
#pragma once

#include "bench/node_process.hpp"
#include "bench/run.hpp"

#include <memory>
#include <string>
#include <vector>

namespace duroxide::bench {

// Blocks until so many nodes own their shares of the shards of the store at `url`, or says so after a while.
void wait_until_shared_out(const std::string& url, std::size_t nodes);

// One thread uses it.
class cluster {
public:
  // Begins how.nodes nodes, and blocks until they are ready and each owns its share of the shards. Throws
  // configuration_error (invalid_argument) for several nodes on a store that they cannot share.
  cluster(const workload& what, const run_request& how);

  // Of the store; there may be a secret in it.
  const std::string& url() const { return how_.store; }
  node_process& node(std::size_t number) { return *nodes_.at(number); }
  // Of all nodes together.
  node_report report();
  // Gracefully, all of them.
  void stop();
  // At once: what they have in hand stays as the store has it.
  void kill();

private:
  run_request how_;
  std::vector<std::unique_ptr<node_process>> nodes_;
};

}  // namespace duroxide::bench
