// The client of a test: works on the store from outside the simulated process.
#pragma once

#include "actors/client/store_client.hpp"
#include "actors/clock.hpp"
#include "actors/durable_actor/answer_list.hpp"
#include "actors/shard/waiter_list.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::internal {

// Answers at once, as store_client does. Waits are looked at when the store has changed, and at their end.
class environment_port final : public client_port {
public:
  using actor_lookup =
      std::function<std::shared_ptr<const duroxide::detail::actor_handlers>(const std::string& kind)>;

  // `wake_at` is told when a wait ends, so that time does not pass over it. `find_actor`: in the process.
  environment_port(std::shared_ptr<provider> store, std::function<void(steady_time)> wake_at,
                   actor_lookup find_actor);

  void start(start_request what, reply<start_result> done) override {
    direct_.start(std::move(what), std::move(done));
  }
  void post(message what, reply<std::monostate> done) override {
    direct_.post(std::move(what), std::move(done));
  }
  void ask(command_request what, reply<std::string> done) override;
  void query(query_request what, reply<std::string> done) override;
  void status(std::string instance, reply<instance_status> done) override {
    direct_.status(std::move(instance), std::move(done));
  }
  void wait(wait_request what, reply<instance_status> done) override;
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override {
    direct_.kv(std::move(instance), std::move(key), std::move(done));
  }
  void activities(std::string instance, reply<std::vector<activity_state>> done) override {
    direct_.activities(std::move(instance), std::move(done));
  }
  std::shared_ptr<provider> store() const override { return store_; }

  // Answers those whose wait is over. Costs nothing while nothing has changed.
  void look();

private:
  void look_at(waiter_list::number waiter, const awaited_instance& what);
  // `done`, told of what the instance waits for if the time is up.
  reply<instance_status> explaining(std::string instance, reply<instance_status> done) const;

  std::shared_ptr<provider> store_;
  store_client direct_;
  std::function<void(steady_time)> wake_at_;
  actor_lookup find_actor_;
  std::unique_ptr<change_watch> watch_;
  bool changed_ = false;
  std::vector<waiter_list::number> taken_back_;
  waiter_list waiters_;
  answer_list answers_;
};

}  // namespace duroxide::internal
