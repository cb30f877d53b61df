// What is left when a runtime ends goes on when the next one starts.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <algorithm>
#include <latch>

namespace duroxide::laws_of_restart {
namespace {

using namespace testing_support;

constexpr activity<int(int)> slow{"slow"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waits_for_event{"WaitsForEvent"};
constexpr orchestration<int(int)> waits_for_timer{"WaitsForTimer"};
constexpr orchestration<int(int)> waits_for_activity{"WaitsForActivity"};
constexpr orchestration<int(int)> waits_for_child{"WaitsForChild"};
constexpr orchestration<int(int)> counts_for_ever{"CountsForEver"};

task<int> run_waits_for_event(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

task<int> run_waits_for_timer(orchestration_context ctx, int milliseconds) {
  co_await ctx.schedule_timer(duration(milliseconds));
  co_return milliseconds;
}

task<int> run_waits_for_activity(orchestration_context ctx, int n) {
  int first = co_await ctx.schedule_activity(slow, n);
  int second = co_await ctx.schedule_activity(slow, first);
  co_return second;
}

task<int> run_counts_for_ever(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(1ms);
  co_return ctx.continue_as_new(n + 1);
}

task<int> run_waits_for_child(orchestration_context ctx, int n) {
  int child = co_await ctx.schedule_sub_orchestration(waits_for_event, n).with_id("the-child");
  co_return child + 1;
}

std::unique_ptr<runtime> start_on(test_store& store, activity_handler body = nullptr,
                                  runtime_options options = verified()) {
  auto started = std::make_unique<runtime>(store.open(), options);
  started->register_activity(slow, [body](activity_context& context, int n) {
    return body ? std::stoi(body(context, std::to_string(n))) : n + 1;
  });
  started->register_orchestration(waits_for_event, run_waits_for_event);
  started->register_orchestration(waits_for_timer, run_waits_for_timer);
  started->register_orchestration(waits_for_activity, run_waits_for_activity);
  started->register_orchestration(waits_for_child, run_waits_for_child);
  started->start();
  return started;
}

LAW("an orchestration that waits for an event is rebuilt by its next event") {
  test_store store;
  start_on(store)->client().start(waits_for_event, "w", 1);
  auto again = start_on(store);
  again->client().instance("w").raise(go, 41);
  CHECK(again->client().instance(waits_for_event, "w").result(patience) == 42);
}

LAW("an event that arrived while nothing ran is delivered at the next start") {
  test_store store;
  start_on(store)->client().start(waits_for_event, "w", 1);
  client(store.open()).instance("w").raise(go, 41);
  CHECK(start_on(store)->client().instance(waits_for_event, "w").result(patience) == 42);
}

LAW("an instance that was started while nothing ran is run at the next start") {
  test_store store;
  client(store.open()).start(waits_for_activity, "w", 1);
  CHECK(client(store.open()).instance("w").status().status == runtime_status::pending);
  CHECK(start_on(store)->client().instance(waits_for_activity, "w").result(patience) == 3);
}

LAW("a timer that became due while nothing ran fires at the next start") {
  test_store store;
  start_on(store)->client().start(waits_for_timer, "w", 30);
  auto due = std::chrono::steady_clock::now() + 40ms;
  REQUIRE(eventually([&] { return std::chrono::steady_clock::now() > due; }));
  CHECK(start_on(store)->client().instance(waits_for_timer, "w").result(patience) == 30);
}

LAW("a timer that is not yet due at the next start fires when it is") {
  test_store store;
  start_on(store)->client().start(waits_for_timer, "w", 300);
  CHECK(start_on(store)->client().instance(waits_for_timer, "w").result(patience) == 300);
}

LAW("an activity that a stopping runtime cancelled is run again; what it answered while it stopped does not "
    "count") {
  test_store store;
  std::latch begun(1);
  runtime_options impatient = verified();
  impatient.shutdown_timeout = 1ms;
  {
    auto first = start_on(
        store,
        [&begun](activity_context& context, const std::string&) -> std::string {
          begun.count_down();
          context.wait_for_cancellation(1h);  // shutdown cancels it
          throw std::runtime_error("cancelled");
        },
        impatient);
    first->client().start(waits_for_activity, "w", 1);
    begun.wait();
    first->shutdown();
  }
  auto again = start_on(store, [](activity_context&, const std::string& n) { return n; });
  CHECK(again->client().instance(waits_for_activity, "w").result(patience) == 1);
}

LAW("a parent that waits for its child is rebuilt by the child's answer") {
  test_store store;
  {
    auto first = start_on(store);
    first->client().start(waits_for_child, "p", 1);
    REQUIRE(eventually(
        [&] { return first->client().instance("the-child").status().status == runtime_status::running; }));
  }
  auto again = start_on(store);
  again->client().instance("the-child").raise(go, 40);
  CHECK(again->client().instance(waits_for_child, "p").result(patience) == 42);
}

LAW("starting an instance that exists, while what it waits for is on its way, takes nothing away from it") {
  // Found by killing the main job: the start that is refused met the stored start of the instance's next
  // execution, took it for stale, and deleted it.
  test_store store;
  for (int round = 0; round < 40; ++round) {
    runtime running(store.open(), verified());
    running.register_orchestration(counts_for_ever, run_counts_for_ever);
    running.start();
    client client = running.client();
    client.start(counts_for_ever, "c", 0);
    std::uint64_t before = client.instance("c").status().execution;
    REQUIRE(eventually([&] { return client.instance("c").status().execution > before; }));
  }
}

LAW("an instance whose handler is missing waits for a process that has it") {
  test_store store;
  start_on(store)->client().start(waits_for_event, "w", 1);
  {
    runtime_options options = verified();
    options.max_failed_attempts = 1'000'000;
    runtime without(store.open(), options);
    without.start();
    without.client().instance("w").raise(go, 41);
    CHECK_THROWS_AS(without.client().instance("w").wait(50ms), timeout_error);
  }
  CHECK(start_on(store)->client().instance(waits_for_event, "w").result(patience) == 42);
}

LAW("an activity that runs while a starting node still reads what is unfinished is not run again") {
  test_store store;
  auto injected = std::make_shared<faults>();
  std::latch scheduled(1);
  std::latch read(1);
  std::latch finished(1);
  std::once_flag first;
  injected->before_fetch_activities = [&] { std::call_once(first, [&] { scheduled.wait(); }); };
  injected->after_fetch_activities = [&] {
    read.count_down();
    finished.wait();
  };
  std::atomic<int> runs = 0;
  runtime runtime(with_faults(store.open(), injected), verified());
  runtime.register_activity(slow, [&](activity_context&, int n) {
    if (++runs == 1) {
      scheduled.count_down();
      read.wait();
    }
    return n + 1;
  });
  runtime.register_orchestration(waits_for_activity, run_waits_for_activity);
  runtime.start();
  client client = runtime.client();
  client.start(waits_for_activity, "a", 1);
  CHECK(client.instance(waits_for_activity, "a").result(patience) == 3);
  finished.count_down();
  // This one is found by the thread that reads, and so only after what it has read before has gone on its
  // way.
  duroxide::client(store.open()).start(waits_for_activity, "b", 1);
  CHECK(client.instance(waits_for_activity, "b").result(patience) == 3);
  CHECK(runs == 4);
}

LAW("an activity that a starting node reads of before its instance has heard that it is stored runs once") {
  test_store store;
  auto injected = std::make_shared<faults>();
  std::latch committed(1);
  std::latch ran(1);
  std::once_flag first_read;
  std::once_flag first_commit;
  injected->before_fetch_activities = [&] { std::call_once(first_read, [&] { committed.wait(); }); };
  injected->after_commit = [&](const commit_batch& batch) -> std::optional<store_error> {
    bool schedules =
        std::ranges::any_of(batch.turns, [](const auto& turn) { return !turn->activities.empty(); });
    if (schedules)
      std::call_once(first_commit, [&] {
        committed.count_down();
        ran.wait();
      });
    return std::nullopt;
  };
  std::atomic<int> runs = 0;
  runtime runtime(with_faults(store.open(), injected), verified());
  runtime.register_activity(slow, [&](activity_context&, int n) {
    if (++runs == 1) ran.count_down();
    return n + 1;
  });
  runtime.register_orchestration(waits_for_activity, run_waits_for_activity);
  runtime.start();
  client client = runtime.client();
  for (const auto* instance : {"a", "b"}) {
    client.start(waits_for_activity, instance, 1);
    CHECK(client.instance(waits_for_activity, instance).result(patience) == 3);
  }
  CHECK(runs == 4);
}

}  // namespace
}  // namespace duroxide::laws_of_restart
