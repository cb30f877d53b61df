// Durable timers.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_timers {
namespace {

using namespace testing_support;

constexpr orchestration<bool(int)> sleeps{"Sleeps"};
constexpr orchestration<int(int)> sleeps_until{"SleepsUntil"};

// Whether it slept at least as long as it was told to.
task<bool> run_sleeps(orchestration_context ctx, int milliseconds) {
  timestamp before = ctx.utc_now();
  co_await ctx.schedule_timer(duration(milliseconds));
  timestamp after = ctx.utc_now();
  co_return after - before >= duration(milliseconds);
}

task<int> run_sleeps_until(orchestration_context ctx, int) {
  timestamp long_past;
  co_await ctx.schedule_timer(long_past);
  co_return 1;
}

LAW("a timer never fires early") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(sleeps, run_sleeps);
  runtime.start();
  for (int length : {0, 1, 5, 20, 50}) {
    std::string id = "s-" + std::to_string(length);
    runtime.client().start(sleeps, id, length);
    CHECK(runtime.client().instance(sleeps, id).result(patience));
  }
}

LAW("a time that has passed is due at once") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(sleeps_until, run_sleeps_until);
  runtime.start();
  runtime.client().start(sleeps_until, "s", 1);
  CHECK(runtime.client().instance(sleeps_until, "s").result(patience) == 1);
}

LAW("a timer beyond the horizon is fetched from the store in time") {
  test_store store;
  runtime_options options = verified();
  options.timer_horizon =
      1s;  // the inbox reader looks every half second; timers up to two seconds are held in memory
  runtime runtime(store.open(), options);
  runtime.register_orchestration(sleeps, run_sleeps);
  runtime.start();
  runtime.client().start(sleeps, "s", 2500);
  CHECK(runtime.client().instance(sleeps, "s").result(patience));
}

LAW("a negative delay fails the orchestration with an error that says so") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(sleeps, run_sleeps);
  runtime.start();
  runtime.client().start(sleeps, "s", -5);
  instance_status ended = runtime.client().instance("s").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  CHECK(ended.error->kind == error_kind::invalid_argument);
  CHECK(ended.error->message.find("-5 ms is negative") != std::string::npos);
}

}  // namespace
}  // namespace duroxide::laws_of_timers
