// The clients of a simulation: they start workflows, send them messages, and know what must come of it.
#pragma once

#include "duroxide/client_port.hpp"
#include "tests/simulation/cluster.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace duroxide::simulation {

// Each workflow has a client of its own, which goes always by the same way, a node's client or from outside:
// messages have an order within one way only. It does again what it does not know to be done, and so may send
// a message twice; then it counts that. What it knows to be done must have its effect, without its help.
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
  void judge(findings& to) const;
  // How long the workflows, and the clients between two messages, wait by themselves, at most.
  duration own_waits() const;

private:
  struct workflow {
    std::string instance;
    program script;
    std::optional<std::size_t> through;  // of the node that its client goes by; none: from outside
    std::int64_t messages = 0;           // to send
    std::int64_t sent = 0;
    std::int64_t uncertain = 0;  // sendings of which nobody knows whether they were done
    std::int64_t signals = 0;    // to raise
    std::set<std::string> raised{};
    bool raises_again = false;  // until the instance goes on; else each signal once
    bool started = false;
    bool to_cancel = false;
    bool cancelled = false;
    bool cancel_is_accepted = false;
    std::int64_t pauses = 0;   // to come
    bool is_paused = false;    // by its client, which has not let it go on yet
    std::int64_t rewinds = 0;  // to come
    bool cannot_end = false;   // without what its client keeps back, since it cancels the instance
  };

  void plan(duration from_now, workflow& flow);
  void act(workflow& flow);
  void start(workflow& flow);
  void send_messages(workflow& flow);
  void cancel(workflow& flow);
  void raise_signal(workflow& flow);
  void pause(workflow& flow);
  void resume(workflow& flow);
  void keep_going(workflow& flow);
  void rewind(workflow& flow);
  template <class Done> void deliver(workflow& flow, std::vector<message> outgoing, Done done);
  bool hand_over(const workflow& flow, message content, const reply<std::monostate>& answered);
  std::string judge(const std::string& instance, const program& script, const workflow* flow) const;
  static std::string judge_messages(const outcome& given, const workflow& flow);

  cluster& cluster_;
  internal::dice& chance_;
  log& log_;
  std::vector<std::unique_ptr<workflow>> all_;
};

}  // namespace duroxide::simulation
