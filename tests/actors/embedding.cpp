// A runtime, with actors as its clients and activities.
#include "tests/actors/actor_program.hpp"

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

LAW("the runtime works in a foreign actor system, with actors as clients and as activities") {
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  runtime runtime(sqlite_provider::open_in_memory(), verified());
  register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(squares, run_squares);
  runtime.start();
  client_actor client = make_client_actor(system, runtime.client());
  CHECK(asked(system, client, op::start(squares, "s", 7)).value() == start_result::started);
  // The square may not be known yet; then nobody waits for the event.
  REQUIRE(eventually([&] {
    if (asked(system, client, op::status("s")).value().status == runtime_status::completed) return true;
    static_cast<void>(asked(system, client, op::raise(go, "s", 1)));
    return false;
  }));
  CHECK(asked(system, client, op::result(squares, "s")).value() == 50);
  CHECK(asked(system, client, op::cancel("s", "why")).has_value());
}

}  // namespace
}  // namespace duroxide::laws_of_embedding
