// A runtime in this process, and what it uses.
#pragma once

#include "duroxide/runtime.hpp"
#include "bench/counting_provider.hpp"
#include "bench/driver.hpp"
#include "bench/node_report.hpp"
#include "bench/run.hpp"

#include <functional>
#include <memory>
#include <string>

namespace duroxide::bench {

// The store that `how` names. Warns of what is unfinished in it.
std::shared_ptr<provider> open_store_of(const run_request& how);

// Runs what the workload needs while this lives. Figures of several at one time have the CPU time of all.
class local_node {
public:
  local_node(const workload& what, std::shared_ptr<provider> store, const runtime_options& options);
  local_node(const local_node&) = delete;
  local_node& operator=(const local_node&) = delete;
  ~local_node();

  client caller() const { return runtime_.client(); }
  std::size_t resident_instances() const { return runtime_.metrics().resident_instances; }
  // Since the process began; of the store, since this did.
  node_report report() const { return report_of(*counts_); }

  // Starts instances and waits for their ends, or for Ctrl-C.
  figures run(const load& how);
  // What outcomes say, and what was used since then.
  figures figures_of(const std::vector<outcome>& outcomes, double seconds, const node_report& since) const;

private:
  const workload& what_;
  std::shared_ptr<store_counts> counts_;
  std::shared_ptr<provider> store_;
  runtime runtime_;
};

// Starts the workload's instances from `begin` to before `end`, many at a time, and waits until they are
// stored. `id_of`: of instance i.
void start_all(client caller, const workload& what, const std::function<std::string(std::size_t)>& id_of,
               std::size_t begin, std::size_t end);

}  // namespace duroxide::bench
