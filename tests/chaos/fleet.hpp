// The nodes of a run, and what is done to them.
#pragma once

#include "tests/chaos/run_log.hpp"
#include "tests/cluster/support/node_process.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::chaos {

// So many places, in each of which a node runs. One that ends is replaced by another with a name of its own.
// Used by one thread, which must outlive it: nodes die with the thread that has started them. Members throw
// std::runtime_error, with what the node printed, if one does not do what it must.
class fleet {
public:
  struct settings {
    std::string store;
    std::string folder;
    std::size_t places = 0;
    std::vector<std::string> options{};
  };
  // Waits until all of them take work.
  explicit fleet(settings given);

  std::size_t size() const { return nodes_.size(); }

  // kill -9, and another one.
  void kill(std::size_t place);
  // In order, as a service manager stops a service, and another one.
  void replace(std::size_t place);
  // It hangs until `is_enough` returns.
  void pause(std::size_t place, const std::function<void()>& is_enough);
  // Runs what troubles all nodes; `kind` is its name.
  void trouble_all(const std::string& kind, const std::function<void()>& trouble);
  // Throws if a node has ended by itself.
  void check();
  // Others in the places of those that have ended. Waits for nothing.
  void start_ended();
  // All of them, in order, and no others.
  void stop();

  const std::vector<trouble>& troubles() const { return troubles_; }

private:
  void start(std::size_t place);
  void start_without_waiting(std::size_t place);

  const settings given_;
  std::size_t started_ = 0;
  std::vector<std::unique_ptr<cluster_tests::node_process>> nodes_;
  std::vector<trouble> troubles_;
};

}  // namespace duroxide::chaos
