// Crashes in an environment.
#include "tests/support/catch.hpp"
#include "tests/testing/subscription.hpp"

namespace laws_of_crashes {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string subscribe_and_confirm(testing::environment& world) {
  world.client().start(subscription, "s", "Ada");
  world.client().instance("s").wait_for_status_change(0, 1h);
  world.advance(1s);
  world.client().instance("s").raise(confirmed, "Bob");
  return world.client().instance(subscription, "s").result(365 * 24h);
}

// How often the activity ran.
int bill_with_crash(testing::crash_point point) {
  int runs = 0;
  testing::environment_options options;
  options.crash = point;
  testing::environment world(register_all, options);
  world.replace_activity(charge, [&](activity_context&, int amount) {
    ++runs;
    return amount;
  });
  world.client().start(bill, "b", 3);
  CHECK(world.client().instance(bill, "b").result(1h) == 300);
  CHECK(world.crashes() == 1);
  CHECK_THAT(world.crashed_write(), Contains("turn of 'b' (activity_completed"));
  return runs;
}

}  // namespace

LAW("what was durable survives a crash, and what runs goes on") {
  testing::environment world(register_all);
  world.client().start(subscription, "s", "Ada");
  world.advance(24h);
  world.crash();
  CHECK(world.crashes() == 1);
  CHECK(world.client().instance("s").status().custom_status == "waiting");
  world.client().instance("s").raise(confirmed, "Bob");
  world.advance(24h);
  world.crash();
  CHECK(world.client().instance(subscription, "s").result(365 * 24h) == "Bob paid 600");
}

LAW("an activity that has run when its process dies runs once more if its outcome is not durable, else not") {
  CHECK(bill_with_crash({3, false}) == 2);  // write 2 schedules it, 3 has its outcome
  CHECK(bill_with_crash({3, true}) == 1);
}

LAW("a good workflow survives a crash at every durable point") {
  const auto report = testing::crash_everywhere(register_all, subscribe_and_confirm);
  CHECK(report.writes > 10);
  CHECK(report.crashes == 2 * report.writes);
}

LAW("a workflow that counts in a global is found out, with the place") {
  static int started = 0;
  static constexpr orchestration<int()> counts{"Counts"};
  const auto with_global = [](runtime& runtime) {
    register_all(runtime);
    runtime.register_orchestration(counts, [](orchestration_context ctx) -> task<int> {
      const int mine = ++started;
      co_await ctx.schedule_activity(charge, 1);
      co_return mine;
    });
  };
  testing::environment_options options;
  options.runtime.verify_replay = false;
  const auto scenario = [](testing::environment& world) {
    started = 0;
    world.client().start(counts, "c");
    return world.client().instance(counts, "c").result(1h);
  };
  CHECK_THROWS_WITH(
      testing::crash_everywhere(with_global, scenario, options),
      Contains("with a crash before write 2 of 3, commit: turn of 'c' (orchestration_started") &&
          Contains("it gives 2, and undisturbed 1") &&
          Contains("options.crash = duroxide::testing::crash_point{2, false};"));
}

LAW("a scenario in which nothing is durable has shown nothing, and is refused") {
  const auto starts_only = [](testing::environment& world) { world.client().start(bill, "b", 3); };
  CHECK_THROWS_AS(testing::crash_everywhere(register_all, starts_only), configuration_error);
  CHECK_THROWS_WITH(testing::crash_everywhere(register_all, [](testing::environment&) {}),
                    Contains("no durable write") && Contains("no crash was tried"));
}

LAW("the last write is named, with whose turn it was and what the turn did") {
  testing::environment world(register_all);
  CHECK(world.last_write().empty());
  world.client().start(bill, "b", 3);
  world.client().instance(bill, "b").result(1h);
  CHECK(world.last_write() ==
        "commit: turn of 'b' (activity_completed, kv_set 'paid', orchestration_completed)");
  CHECK(world.crashed_write().empty());
}

}  // namespace laws_of_crashes
