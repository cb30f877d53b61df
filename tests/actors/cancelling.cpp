// Cancelling an instance: what it has begun stops, what it has not begun never begins, and it is said once.
#include "tests/actors/fixture.hpp"
#include "tests/support/history_of.hpp"

#include <algorithm>
#include <atomic>
#include <latch>

namespace duroxide::laws_of_cancelling {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> working{"Working"};
constexpr orchestration<int(int)> second_round{"SecondRound"};

task<int> run_working(orchestration_context ctx, int n) {
  int done = co_await ctx.schedule_activity(work, n);
  co_return done;
}

task<int> run_second_round(orchestration_context ctx, int round) {
  co_await ctx.schedule_timer(1ms);
  if (round == 1) co_return ctx.continue_as_new(2);
  int never = co_await ctx.wait_for_event(go);
  co_return never;
}

template <class Body>
std::unique_ptr<runtime> start_on(test_store& store, Body body, runtime_options options = verified()) {
  auto started = std::make_unique<runtime>(store.open(), options);
  started->register_activity(work, std::move(body));
  started->register_orchestration(working, run_working);
  started->register_orchestration(second_round, run_second_round);
  started->start();
  return started;
}

int never(activity_context&, int) { throw std::logic_error("nobody runs this"); }

LAW("an activity that runs is told that its orchestration was cancelled, and its answer is ignored") {
  test_store store;
  std::latch begun(1);
  std::latch told(1);
  auto runtime = start_on(store, [&](activity_context& context, int n) {
    begun.count_down();
    if (context.wait_for_cancellation(1h)) told.count_down();
    return n;
  });
  client client = runtime->client();
  client.start(working, "w", 1);
  begun.wait();
  client.instance("w").cancel("not needed");
  told.wait();
  CHECK(client.instance("w").wait(patience).status == runtime_status::cancelled);
  runtime->shutdown();
  CHECK(event_kinds(*store.open(), "w") == std::vector<std::string>{"orchestration_started",
                                                                    "activity_scheduled", "cancel_requested",
                                                                    "orchestration_cancelled"});
}

LAW("an activity that does not listen keeps nobody waiting, and its late answer is ignored") {
  test_store store;
  std::latch begun(1);
  std::latch release(1);
  runtime_options options = verified();
  options.activity_cancellation_grace_period = 1ms;
  auto runtime = start_on(
      store,
      [&](activity_context&, int n) {
        begun.count_down();
        release.wait();
        return n;
      },
      options);
  client client = runtime->client();
  client.start(working, "w", 1);
  begun.wait();
  client.instance("w").cancel("not needed");
  CHECK(client.instance("w").wait(patience).status == runtime_status::cancelled);
  release.count_down();
  runtime->shutdown();
  CHECK(event_kinds(*store.open(), "w").back() == "orchestration_cancelled");
}

LAW("an activity that nobody has begun when its orchestration is cancelled is never run") {
  test_store store;
  {
    runtime_options without_workers = verified();
    without_workers.worker_concurrency = 0;
    auto first = start_on(store, never, without_workers);
    client client = first->client();
    client.start(working, "w", 1);
    REQUIRE(eventually([&] { return client.instance("w").activities().size() == 1; }));
    client.instance("w").cancel("not needed");
    CHECK(client.instance("w").wait(patience).status == runtime_status::cancelled);
  }
  std::atomic<int> runs = 0;
  auto second = start_on(store, [&](activity_context&, int n) {
    ++runs;
    return n;
  });
  second->client().start(working, "other", 7);
  CHECK(second->client().instance(working, "other").result(patience) == 7);
  CHECK(runs == 1);
  CHECK(second->client().instance("w").activities().empty());
}

LAW("an instance that was cancelled before anything ran it ends as cancelled, and runs nothing") {
  test_store store;
  client client(store.open());
  client.start(working, "w", 1);
  client.instance("w").cancel("too late");
  auto runtime = start_on(store, never);
  instance_status ended = runtime->client().instance("w").wait(patience);
  CHECK(ended.status == runtime_status::cancelled);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "too late");
}

LAW("of several requests to cancel the first counts, and history has it once") {
  test_store store;
  {
    auto first = start_on(store, never);
    first->client().start(second_round, "s", 2);
    REQUIRE(
        eventually([&] { return first->client().instance("s").status().status == runtime_status::running; }));
  }
  client client(store.open());
  for (const char* reason : {"first", "second", "third", "fourth", "fifth"})
    client.instance("s").cancel(reason);
  auto runtime = start_on(store, never);
  instance_status ended = runtime->client().instance("s").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "first");
  auto kinds = event_kinds(*store.open(), "s");
  CHECK(std::ranges::count(kinds, "cancel_requested") == 1);
  CHECK(kinds.back() == "orchestration_cancelled");
}

LAW("a later execution is cancelled as the first is") {
  test_store store;
  auto runtime = start_on(store, never);
  client client = runtime->client();
  client.start(second_round, "s", 1);
  REQUIRE(eventually([&] { return client.instance("s").status().execution == 2; }));
  client.instance("s").cancel("not needed");
  instance_status ended = client.instance("s").wait(patience);
  CHECK(ended.status == runtime_status::cancelled);
  CHECK(ended.execution == 2);
  auto kinds = event_kinds(*store.open(), "s");
  CHECK(std::ranges::count(kinds, "cancel_requested") == 1);
}

}  // namespace
}  // namespace duroxide::laws_of_cancelling
