// The runtime in a program that has an actor system of its own.
#include "duroxide/caf.hpp"
#include "actors/client/scheduler_threads.hpp"
#include "tests/actors/fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <latch>
#include <optional>

namespace duroxide::laws_of_foreign_systems {
namespace {

using namespace testing_support;

constexpr activity<int(int)> square{"square"};
constexpr event<int> never{"never"};
constexpr orchestration<int(int)> squares{"Squares"};
constexpr orchestration<int()> waits{"Waits"};

task<int> run_squares(orchestration_context ctx, int n) {
  int squared = co_await ctx.schedule_activity(square, n);
  co_return squared;
}

task<int> run_waits(orchestration_context ctx) {
  int heard = co_await ctx.wait_for_event(never);
  co_return heard;
}

caf::behavior squaring_actor(caf::event_based_actor*) {
  return {[](int n) { return n * n; }};
}

caf::actor_system_config with_threads(std::size_t count) {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", count);
  return config;
}

std::unique_ptr<runtime> started_runtime(const caf::actor& worker = nullptr) {
  auto made = std::make_unique<runtime>(sqlite_provider::open_in_memory(), verified());
  if (worker) register_actor_activity(*made, square, worker);
  made->register_orchestration(squares, run_squares);
  made->register_orchestration(waits, run_waits);
  made->start();
  return made;
}

// Runs `body` in an actor, on a thread of the scheduler, and gives what it gives.
template <class Body> auto inside_actor(caf::actor_system& system, Body body) {
  std::promise<std::invoke_result_t<Body>> promise;
  auto answer = promise.get_future();
  system.spawn([&](caf::event_based_actor*) { promise.set_value(body()); });
  return answer.get();
}

LAW("on a thread that runs actors, blocking calls are refused by name, and asynchronous ones are not") {
  caf::actor_system_config config = with_threads(1);
  caf::actor_system system(config);
  internal::refuse_blocking(system);
  internal::refuse_blocking(system);  // a second time it changes nothing
  const auto running = started_runtime();
  const client outside = running->client();
  outside.start(waits, "w");
  const auto refused = [&](auto operation) {
    return inside_actor(system, [&] { return details_of<configuration_error>(operation); });
  };
  for (const error_details& why : {
           refused([&] { outside.start(waits, "v"); }),
           refused([&] { outside.instance("w").status(); }),
           refused([&] { outside.instance("w").wait(0ms); }),
           refused([&] { outside.instance("w").raise("never", json_text("1")); }),
           refused([&] { outside.admin().list_instances(); }),
       }) {
    CHECK(why.kind == error_kind::invalid_argument);
    CHECK(why.message.find("blocks") != std::string::npos);
  }
  CHECK(outside.instance("v").status().status == runtime_status::not_found);
  auto started = inside_actor(system, [&] { return outside.async().start(waits, "v"); });
  CHECK(started.get().was_started());
  system.await_all_actors_done();
}

LAW("blocking calls are refused on the threads of the runtime as well, and nowhere else") {
  const auto store = sqlite_provider::open_in_memory();
  runtime running(store, verified());
  std::optional<error_details> refused;
  running.register_async_activity("ask", [&](const std::shared_ptr<activity_context>& context, std::string,
                                             const activity_completion& done) {
    refused = details_of<configuration_error>([&] { context->get_client().instance("nobody").status(); });
    done(std::string("1"));
  });
  running.register_orchestration("Asks", [](orchestration_context ctx, json_text) -> task<json_text> {
    json_text answer = co_await ctx.schedule_activity("ask", json_text("null"));
    co_return answer;
  });
  running.start();
  running.client().start({"Asks", "a", "null"});
  CHECK(running.client().instance("a").wait(patience).status == runtime_status::completed);
  REQUIRE(refused);
  CHECK(refused->kind == error_kind::invalid_argument);
  running.shutdown();
  std::jthread other([&] { CHECK(client(store).instance("a").status().output == "1"); });
}

LAW("an actor can start, use, and destroy a runtime, on the only thread that there is for actors") {
  caf::actor_system_config config = with_threads(1);
  caf::actor_system system(config);
  const bool is_gone = inside_actor(system, [] {
    auto owned = started_runtime();
    (void)owned->client().async().start(waits, "w").get();
    owned.reset();
    return true;
  });
  CHECK(is_gone);
}

using stopped_atom = caf::atom_constant<caf::atom("stopped")>;

// Owns a runtime, and stops it without blocking when it is told to.
struct owner_state {
  std::unique_ptr<runtime> owned;
};

caf::behavior owner(caf::stateful_actor<owner_state>* self, std::latch* told, std::latch* ended) {
  self->state.owned = started_runtime();
  return {
      [self, told](caf::ok_atom) {
        self->state.owned->shutdown_async([me = caf::actor(self), told]() mutable {
          caf::anon_send(std::exchange(me, nullptr), stopped_atom::value);
          told->count_down();
        });
      },
      [self, ended](stopped_atom) {
        self->state.owned.reset();
        ended->count_down();
        self->quit();
      },
  };
}

LAW("an actor can stop a runtime without blocking, and is told when that is done") {
  caf::actor_system_config config = with_threads(1);
  caf::actor_system system(config);
  std::latch told(1);  // until then, the thread that shuts down uses the actor system
  std::latch ended(1);
  caf::anon_send(system.spawn(owner, &told, &ended), caf::ok_atom::value);
  ended.wait();
  told.wait();
}

LAW("a shutdown without blocking is done once, whoever else stops or destroys the runtime meanwhile") {
  for (const bool destroyed : {false, true}) {
    auto running = started_runtime();
    std::latch told(3);
    for (int i = 0; i < 2; ++i) running->shutdown_async([&] { told.count_down(); });
    running->shutdown_async(0ms, [&] { told.count_down(); });
    running->shutdown_async();
    const client outside = running->client();
    if (destroyed)
      running.reset();
    else
      running->shutdown();
    told.wait();
    CHECK(kind_of([&] { outside.instance("w").status(); }) == error_kind::runtime_stopped);
  }
  auto running = started_runtime();
  CHECK(kind_of([&] { running->shutdown_async(-1ms); }) == error_kind::invalid_argument);
}

LAW("open waits are answered when the runtime stops, and no actor system waits for it") {
  caf::actor_system_config config = with_threads(1);
  std::optional<caf::actor_system> system(std::in_place, config);
  auto running = started_runtime(system->spawn(squaring_actor));
  running->client().start(waits, "w");
  auto long_wait = running->client().instance("w").async().wait(1h);
  running->shutdown();
  CHECK(kind_of([&] { long_wait.get(); }) == error_kind::runtime_stopped);
  system.reset();  // although the runtime, where the worker was registered, is still there
  running.reset();
}

LAW("an actor system may end before the runtime, and the runtime goes on") {
  caf::actor_system_config config = with_threads(1);
  std::optional<caf::actor_system> system(std::in_place, config);
  const auto running = started_runtime();
  { const client_actor asked = make_client_actor(*system, running->client()); }
  system.reset();
  running->client().start(waits, "w");
  CHECK(running->client().instance("w").status().status == runtime_status::running);
}

}  // namespace
}  // namespace duroxide::laws_of_foreign_systems
