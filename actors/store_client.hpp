// The door for clients in processes without a runtime.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "actors/waiter_list.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace duroxide::internal {

// Works through the store. Start, post and status answer before they return. Waits are served by one thread
// for all of them, which looks when the store changes.
class store_client final : public client_port {
public:
  explicit store_client(std::shared_ptr<provider> store);
  ~store_client() override;

  void start(start_request what, reply<start_result> done) override;
  void post(message what, reply<std::monostate> done) override;
  void status(std::string instance, reply<instance_status> done) override;
  void wait(wait_request what, reply<instance_status> done) override;

private:
  void watch_store();
  void look();
  std::optional<duration> until_next_deadline();

  std::shared_ptr<provider> store_;

  std::mutex mutex_;  // guards what follows
  waiter_list waiters_;
  std::unique_ptr<change_watch> watch_;
  bool stopping_ = false;
  std::thread thread_;  // runs from the first wait on
};

}  // namespace duroxide::internal
