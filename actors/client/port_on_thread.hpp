// A client's port whose operations block, for callers that must not.
#pragma once

#include "duroxide/client_port.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <functional>
#include <memory>

namespace duroxide::internal {

// Calls another port on a thread of its own, one operation after another, and returns at once. Replies come from that
// thread, or from whichever the other port has. When this goes, operations that have not begun are dropped.
class port_on_thread final : public client_port {
public:
  port_on_thread(caf::actor_system& system, std::shared_ptr<client_port> port);
  ~port_on_thread() override;

  void start(start_request what, reply<start_result> done) override;
  void post(message what, reply<std::monostate> done) override;
  void ask(command_request what, reply<std::string> done) override;
  void query(query_request what, reply<std::string> done) override;
  void status(std::string instance, reply<instance_status> done) override;
  void wait(wait_request what, reply<instance_status> done) override;
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override;
  void activities(std::string instance, reply<std::vector<activity_state>> done) override;
  std::shared_ptr<provider> store() const override { return port_->store(); }

private:
  void call(std::function<void(client_port&)> operation);

  std::shared_ptr<client_port> port_;
  caf::actor thread_;
};

// Runs what it gets, on a thread of its own.
struct blocking_job {
  std::function<void()> run;
};
caf::actor spawn_blocking_thread(caf::actor_system& system);
void run_on(const caf::actor& thread, std::function<void()> job);
void end_thread(caf::actor& thread);

}  // namespace duroxide::internal
