// A program made of actors: an actor system, a runtime in it, and a client actor.
#pragma once

#include "duroxide/caf.hpp"
#include "tests/actors/durable_account.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <memory>
#include <string>

namespace duroxide::testing_support {

struct order {
  std::string item;
  int amount = 0;
  bool operator==(const order&) const = default;
};
BOOST_DESCRIBE_STRUCT(order, (), (item, amount))

constexpr event<bool> approval{"approval"};
constexpr event_queue<int> parcels{"parcels"};
constexpr orchestration<std::string(order)> order_flow{"OrderFlow"};
constexpr orchestration<int()> sums_two{"SumsTwo"};
constexpr orchestration<void(std::string)> fails{"Fails"};
constexpr activity<int()> hangs{"hangs"};
constexpr orchestration<int()> runs_activity{"RunsActivity"};

// Says how it stands, and waits for an approval.
inline task<std::string> run_order_flow(orchestration_context ctx, order wanted) {
  ctx.set_custom_status("waiting");
  ctx.set_kv_value("item", wanted.item);
  const bool approved = co_await ctx.wait_for_event(approval);
  ctx.set_custom_status("approved");
  ctx.set_kv_value("approved", approved);
  co_return wanted.item + (approved ? " sold" : " kept");
}

inline task<int> run_sums_two(orchestration_context ctx) {
  const int first = co_await ctx.dequeue_event(parcels);
  const int second = co_await ctx.dequeue_event(parcels);
  co_return first + second;
}

inline task<void> run_fails(orchestration_context, std::string why) {
  throw std::runtime_error(why);
  co_return;
}

inline task<int> run_activity(orchestration_context ctx) { co_return co_await ctx.schedule_activity(hangs); }

// To steal work, CAF's default policy walks over all actors that wait.
inline caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("sharing"));
  configure(config);
  return config;
}

class actor_program {
public:
  explicit actor_program(client_actor_options options = {})
      : system_(configured(config_)), runtime_(sqlite_provider::open_in_memory(), verified()) {
    runtime_.register_orchestration(order_flow, run_order_flow);
    runtime_.register_orchestration(sums_two, run_sums_two);
    runtime_.register_orchestration(fails, run_fails);
    runtime_.register_orchestration(runs_activity, run_activity);
    runtime_.register_activity(hangs, [](activity_context& context) {
      context.heartbeat("hanging");
      context.wait_for_cancellation(1h);
      return 0;
    });
    accounts::register_accounts(runtime_);
    runtime_.start();
    client_ = make_client_actor(system_, runtime_.client(), options);
  }

  caf::actor_system& system() { return system_; }
  duroxide::runtime& runtime() { return runtime_; }
  // The client as an actor, and for the thread of the law.
  const client_actor& client() const { return client_; }
  duroxide::client plain() { return runtime_.client(); }
  void drop_client() { client_ = nullptr; }

private:
  caf::actor_system_config config_;
  caf::actor_system system_;
  duroxide::runtime runtime_;
  client_actor client_;
};

template <class Operation> struct answer_of_request;
template <class Message, class Convert> struct answer_of_request<operation<Message, Convert>> {
  using type = typename detail::answer_of_operation<Message, Convert>::type;
};

// Asks and gives the answer, or the error.
template <class Operation, class Limit = duration>
auto asked(caf::actor_system& system, const client_actor& client, Operation what, Limit limit = patience) {
  using answer = typename answer_of_request<Operation>::type;
  std::optional<result<detail::lifted<answer>, error_details>> heard;
  caf::scoped_actor self(system);
  auto failed = [&](const error_details& why) { heard.emplace(why); };
  if constexpr (std::is_void_v<answer>)
    request(self, client, limit, std::move(what)).receive([&] { heard.emplace(std::monostate{}); }, failed);
  else
    request(self, client, limit, std::move(what))
        .receive([&](answer value) { heard.emplace(std::move(value)); }, failed);
  return *heard;
}

template <class Operation> auto answer_of(actor_program& program, Operation what) {
  auto heard = asked(program.system(), program.client(), std::move(what));
  if (!heard) FAIL(to_text(heard.error()));
  return *heard;
}
template <class Operation, class Limit = duration>
error_details error_of(actor_program& program, Operation what, Limit limit = patience) {
  auto heard = asked(program.system(), program.client(), std::move(what), limit);
  if (heard) FAIL("it did not fail");
  return heard.error();
}

}  // namespace duroxide::testing_support
