// The runtime as a guest in somebody else's actor system.
#include "duroxide/caf.hpp"
#include "tests/actors/fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

namespace duroxide::laws_of_embedding {
namespace {

using namespace testing_support;

constexpr activity<int(int)> square{"square"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> squares{"Squares"};

task<int> run_squares(orchestration_context ctx, int n) {
  int first = co_await ctx.schedule_activity(square, n);
  int more = co_await ctx.wait_for_event(go);
  co_return first + more;
}

caf::behavior squaring_actor(caf::event_based_actor*) {
  return {[](int n) { return n * n; }};
}

// Asks and gives the answer, or the error as text.
template <class Answer, class... Request>
std::string ask(caf::actor_system& system, const client_actor& client, Request... request) {
  std::string heard;
  caf::scoped_actor self(system);
  auto on_error = [&](caf::error& e) { heard = system.render(e); };
  if constexpr (std::is_void_v<Answer>)
    self->request(client, caf::infinite, request...).receive([&] { heard = "done"; }, on_error);
  else if constexpr (std::is_same_v<Answer, bool>)
    self->request(client, caf::infinite, request...)
        .receive([&](bool yes) { heard = yes ? "true" : "false"; }, on_error);
  else
    self->request(client, caf::infinite, request...)
        .receive([&](const instance_status& s) { heard = std::string(to_string(s.status)) + " " + s.output; },
                 on_error);
  return heard;
}

LAW("the runtime works in a foreign actor system, with actors as clients and as activities") {
  caf::actor_system_config config;
  caf::actor_system system(config);
  runtime runtime(sqlite_provider::open_in_memory(), verified());
  register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(squares, run_squares);
  runtime.start();
  client_actor client = make_client_actor(system, runtime.client());
  std::string flow = "Squares", id = "s", event = "go";
  CHECK(ask<bool>(system, client, start_orchestration_atom::value, flow, id, std::string("7")) == "true");
  CHECK(ask<bool>(system, client, start_orchestration_atom::value, flow, id, std::string("7")) == "false");
  CHECK(ask<instance_status>(system, client, get_status_atom::value, id) == "running ");
  // The square may not be known yet; then nobody waits for the event.
  REQUIRE(eventually([&] {
    ask<void>(system, client, raise_event_atom::value, event, id, std::string("1"));
    return ask<instance_status>(system, client, get_status_atom::value, id) == "completed 50";
  }));
  CHECK(ask<instance_status>(system, client, wait_for_orchestration_atom::value, id, caf::timespan(10s)) ==
        "completed 50");
  CHECK(ask<void>(system, client, cancel_instance_atom::value, id, std::string("why")) == "done");
  CHECK(ask<void>(system, client, raise_event_atom::value, event, std::string("nobody"), std::string("1"))
            .find("instance_not_found") != std::string::npos);
  CHECK(ask<bool>(system, client, start_orchestration_atom::value, flow, std::string(), std::string("7"))
            .find("instance id is empty") != std::string::npos);
}

LAW("an actor waits for an instance that does not exist yet, if it says so") {
  caf::actor_system_config config;
  caf::actor_system system(config);
  runtime runtime(sqlite_provider::open_in_memory(), verified());
  register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(squares, run_squares);
  runtime.start();
  client_actor client = make_client_actor(system, runtime.client());
  const std::string id = "s";
  CHECK(ask<instance_status>(system, client, wait_for_orchestration_atom::value, id, caf::timespan(10s))
            .find("instance_not_found") != std::string::npos);
  CHECK(ask<instance_status>(system, client, wait_for_orchestration_atom::value, until_exists_atom::value, id,
                             caf::timespan(1ms))
            .find("does not exist") != std::string::npos);
  CHECK(ask<instance_status>(system, client, wait_for_status_change_atom::value, until_exists_atom::value, id,
                             std::uint64_t{0}, caf::timespan(1ms))
            .find("does not exist") != std::string::npos);
  caf::scoped_actor self(system);
  auto end = self->request(client, caf::infinite, wait_for_orchestration_atom::value,
                           until_exists_atom::value, id, caf::timespan(patience));
  runtime.client().start(squares, id, 7);
  runtime.client().instance(id).cancel("enough");
  runtime_status heard = runtime_status::not_found;
  end.receive([&](const instance_status& status) { heard = status.status; },
              [&](caf::error& e) { FAIL(system.render(e)); });
  CHECK(heard == runtime_status::cancelled);
}

}  // namespace
}  // namespace duroxide::laws_of_embedding
