// A runtime in this process, and other nodes beside it.
#pragma once

#include "bench/local_node.hpp"
#include "bench/node_process.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::bench {

// For workloads that measure in their own way what one client of one node sees. Its client is one of the
// runtime in this process; `how.nodes` counts that one and those beside it. One thread uses it.
class stage {
public:
  // Blocks until each node owns its share of the shards. Throws configuration_error (invalid_argument) for
  // several nodes on a store that they cannot share.
  stage(const workload& what, const run_request& how);
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  // Ends all nodes: gracefully, or after Ctrl-C at once those in processes of their own.
  ~stage();

  client caller() const { return here_->caller(); }
  // Of the store; there may be a secret in it.
  const std::string& url() const { return url_; }
  // Of all nodes together.
  node_report report();
  // What outcomes say, and what was used since then.
  figures figures_of(const std::vector<outcome>& outcomes, double seconds, const node_report& since);

private:
  std::string url_;
  std::unique_ptr<local_node> here_;
  std::vector<std::unique_ptr<node_process>> beside_;
};

// Starts instance `number` of the workload and waits for its end; none after Ctrl-C.
std::optional<outcome> run_one(client caller, const workload& what, const std::string& id,
                               std::size_t number);

}  // namespace duroxide::bench
