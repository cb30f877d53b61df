// What an environment says of an instance that does not end.
#include "tests/support/catch.hpp"
#include "tests/testing/subscription.hpp"

namespace laws_of_waits {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int()> patient{"Patient"};
constexpr orchestration<int()> parent{"Parent"};
constexpr orchestration<int()> tagged{"Tagged"};
constexpr orchestration<int()> late_parent{"LateParent"};

// Takes one number, and waits for another, or for a confirmation.
task<int> run_patient(orchestration_context ctx) {
  int first = co_await ctx.dequeue_event(numbers);
  auto second = co_await race(ctx.wait_for_event(confirmed), ctx.dequeue_event(numbers));
  co_return first + (second.index() == 0 ? 0 : std::get<1>(second));
}

task<int> run_parent(orchestration_context ctx) {
  int given = co_await ctx.schedule_sub_orchestration(patient);
  co_return given;
}

task<int> run_tagged(orchestration_context ctx) {
  int given = co_await ctx.schedule_activity(charge, 5).with_tag("gpu");
  co_return given;
}

task<int> run_late_parent(orchestration_context ctx) {
  co_await ctx.schedule_timer(2h);
  int given = co_await ctx.schedule_sub_orchestration(bill, 5).with_id("late");
  co_return given;
}

void register_patient(runtime& runtime) {
  register_all(runtime);
  runtime.register_orchestration(patient, run_patient);
  runtime.register_orchestration(parent, run_parent);
  runtime.register_orchestration(tagged, run_tagged);
  runtime.register_orchestration(late_parent, run_late_parent);
}

}  // namespace

LAW("an activity with a tag runs in an environment") {
  testing::environment world(register_patient);
  world.client().start(tagged, "t");
  CHECK(world.client().instance(tagged, "t").result(1h) == 5);
}

LAW("a wait whose time is up says which activity it is about, with its tag") {
  testing::environment_options options;
  options.runtime.worker_tag_filter = tag_filter::default_only();
  testing::environment world(register_patient, options);
  world.client().start(tagged, "t");
  CHECK_THROWS_WITH(world.client().instance(tagged, "t").result(1h),
                    Contains("waits for activity 'charge' with tag 'gpu'"));
}

LAW("a wait whose time is up says what the instance, and a child of it, waits for") {
  testing::environment world(register_patient);
  world.client().start(patient, "p");
  world.client().instance("p").enqueue(numbers, 1);
  CHECK_THROWS_WITH(world.client().instance(patient, "p").result(1h),
                    Contains("waits for event 'confirmed', a message of queue 'numbers'"));
  world.client().start(parent, "q");
  CHECK_THROWS_WITH(world.client().instance(parent, "q").result(1h),
                    Contains("waits for sub-orchestration 'q::") &&
                        Contains("which waits for (a message of queue 'numbers')"));
}

LAW("in an environment too an instance is waited for that is started later, or never") {
  testing::environment world(register_patient);
  const client client = world.client();
  client.start(late_parent, "p");
  CHECK_THROWS_WITH(client.instance(bill, "late").until_exists().result(1h),
                    Contains("instance 'late' does not exist") && !Contains("and waits for"));
  auto paid = client.async().instance("late").until_exists().wait_for_kv_value<int>("paid", 3h);
  CHECK(client.instance(bill, "late").until_exists().result(3h) == 500);
  CHECK(paid.get() == 500);
}

LAW("a wait whose time is up says how long a timer still takes") {
  testing::environment world(register_patient);
  world.client().start(subscription, "s", "Ada");
  CHECK_THROWS_WITH(world.client().instance(subscription, "s").result(29 * 24h),
                    Contains("waits for event 'confirmed', a timer that is due in 86400 s"));
}

LAW("a second environment in the same thread is refused, and one after the other is not") {
  {
    testing::environment first(register_all);
    CHECK_THROWS_AS(testing::environment(register_all), configuration_error);
    CHECK_THROWS_WITH(testing::environment(register_all), Contains("one at a time"));
    first.client().start(bill, "b", 1);
    CHECK(first.client().instance(bill, "b").result(1h) == 100);
  }
  testing::environment second(register_all);
  second.client().start(bill, "b", 1);
  CHECK(second.client().instance(bill, "b").result(1h) == 100);
}

}  // namespace laws_of_waits
