// The clients of a simulation: they start workflows, send them messages, and know what must come of it.
#pragma once

#include "tests/simulation/cluster.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::simulation {

// Each workflow has a client of its own, which goes always by the same way, a node's door or from outside:
// messages have an order within one way only. It does again what it does not know to be done, and so may send
// a message twice; then it counts that.
class clients {
public:
  clients(cluster& with, internal::dice& chance, log& events);

  // Draws the workflows, and plans what their clients do.
  void begin();
  // All have been started and sent what they wait for.
  bool all_is_sent() const;
  // Whether every workflow, those that others launch included, has ended in the store.
  bool all_has_ended() const;
  // What came otherwise than it had to.
  std::vector<std::string> judge() const;
  std::size_t count() const { return all_.size(); }

private:
  struct workflow {
    std::string instance;
    program what;
    std::optional<std::size_t> door;  // of the node that its client goes by; none: from outside
    std::int64_t messages = 0;        // to send
    std::int64_t sent = 0;
    std::int64_t uncertain = 0;  // sendings of which nobody knows whether they were done
    bool started = false;
    bool to_cancel = false;
    bool cancelled = false;
  };

  void plan(duration from_now, workflow& of);
  void act(workflow& of);
  void start(workflow& of);
  void send_message(workflow& of);
  void cancel(workflow& of);
  void raise_signal(workflow& of);
  template <class Send> void deliver(workflow& of, message what, Send done);
  std::string judge(const std::string& instance, const program& what, const workflow* of) const;

  cluster& cluster_;
  internal::dice& chance_;
  log& log_;
  std::vector<std::unique_ptr<workflow>> all_;
};

}  // namespace duroxide::simulation
