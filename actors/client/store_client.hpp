// A client without a runtime: it works through the store.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"

#include <memory>
#include <optional>

namespace duroxide::internal {

class answer_waits;
class store_waits;

// What is stored of a start by a client.
instance_start stored_start(const start_request& what);

// Start and post through the store.
result<start_result, error_details> start_in(provider& store, const start_request& what);
result<std::monostate, error_details> post_in(provider& store, const message& what);
// Of a label that is set from outside, or a pause, while there are nodes that would pass it over; none of another
// message.
std::optional<error_details> refused_signal(const provider& store, const message& what);

// Works through the store: operations answer before they return, except waits. Those are served by one thread
// for all of them, which looks when the store changes.
class store_client final : public client_port {
public:
  explicit store_client(std::shared_ptr<provider> store);
  // Waits that are still open fail with runtime_stopped.
  ~store_client() override;

  void start(start_request what, reply<start_result> done) override;
  void post(message what, reply<std::monostate> done) override;
  void ask(command_request what, reply<std::string> done) override;
  // For a command that is stored under its id.
  void await_answer(const command_request& what, const reply<std::string>& done);
  // Refused: the code of actors is with runtimes.
  void query(query_request what, reply<std::string> done) override;
  void status(std::string instance, reply<instance_status> done) override;
  void wait(wait_request what, reply<instance_status> done) override;
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override;
  void activities(std::string instance, reply<std::vector<activity_state>> done) override;
  std::shared_ptr<provider> store() const override { return store_; }

private:
  std::shared_ptr<provider> store_;
  std::shared_ptr<store_waits> waits_;
  std::shared_ptr<answer_waits> answers_;
};

}  // namespace duroxide::internal
