// Several runtimes on one store.
#include "tests/actors/fixture.hpp"

#include <atomic>

namespace duroxide::laws_of_sharing {
namespace {

using namespace testing_support;

constexpr activity<std::string(int)> where{"where"};
constexpr activity<int(int)> blocked{"blocked"};
constexpr event<int> go{"go"};
constexpr orchestration<std::string(int)> asks{"Asks"};
constexpr orchestration<std::string(int)> asks_tagged{"AsksTagged"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> long_job{"LongJob"};

task<std::string> run_asks(orchestration_context ctx, int n) {
  std::vector<activity_call<std::string>> calls;
  for (int i = 0; i < n; ++i) calls.push_back(ctx.schedule_activity(where, i));
  auto answers = co_await all(std::move(calls));
  std::string last = answers.back();
  for (const auto& each : answers)
    if (each != last) last = "several";
  co_return last;
}

task<std::string> run_asks_tagged(orchestration_context ctx, int) {
  std::string plain = co_await ctx.schedule_activity(where, 0);
  std::string gpu = co_await ctx.schedule_activity(where, 0).with_tag("gpu");
  auto nowhere = co_await settle(ctx.schedule_activity(where, 0).with_tag("nobody").with_timeout(30ms));
  co_return plain + " " + gpu + (nowhere ? " ?" : " timeout");
}

task<int> run_waiting(orchestration_context ctx, int n) { co_return n + co_await ctx.wait_for_event(go); }

task<int> run_long_job(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(blocked, n);
}

runtime_options with(std::optional<std::size_t> orchestrations, std::size_t workers,
                     tag_filter filter = tag_filter::default_only()) {
  runtime_options options = verified();
  options.orchestration_concurrency = orchestrations;
  options.worker_concurrency = workers;
  options.worker_tag_filter = filter;
  return options;
}

void register_orchestrations(runtime& runtime) {
  runtime.register_orchestration(asks, run_asks);
  runtime.register_orchestration(asks_tagged, run_asks_tagged);
  runtime.register_orchestration(waiting, run_waiting);
  runtime.register_orchestration(long_job, run_long_job);
}

void register_where(runtime& runtime, const std::string& name) {
  runtime.register_activity(where, [name](activity_context&, int) { return name; });
}

LAW("one runtime runs the orchestrations, another one the activities, and clients of both see the same") {
  test_store store;
  runtime orchestrator(store.open(), with(1, 0));
  runtime worker(store.open(), with(0, 2));
  register_orchestrations(orchestrator);
  register_where(orchestrator, "orchestrator");
  register_where(worker, "worker");
  worker.start();  // whoever comes first
  orchestrator.start();
  orchestrator.client().start(asks, "a", 5);
  CHECK(orchestrator.client().instance(asks, "a").result(patience) == "worker");
  CHECK_FALSE(worker.client().start(asks, "a", 5).was_started());
  worker.client().start(asks, "b", 20);
  CHECK(worker.client().instance(asks, "b").result(patience) == "worker");
  worker.client().start(waiting, "w", 1);
  auto ended = worker.client().async().instance("w").wait(patience);
  worker.client().instance("w").raise(go, 1);
  CHECK(ended.get().output == "2");
}

LAW("activities go to the workers that accept their tag, and wait where there are none") {
  test_store store;
  runtime plain(store.open(), with({}, 1));
  runtime gpu(store.open(), with(0, 1, tag_filter::tags({"gpu", "tpu"})));
  register_orchestrations(plain);
  register_where(plain, "plain");
  register_where(gpu, "gpu");
  plain.start();
  gpu.start();
  plain.client().start(asks_tagged, "t", 0);
  CHECK(plain.client().instance(asks_tagged, "t").result(patience) == "plain gpu timeout");
}

LAW("an activity that only another runtime has a handler for runs there") {
  test_store store;
  runtime first(store.open(), with({}, 2));
  runtime second(store.open(), with({}, 2));
  register_orchestrations(first);
  register_where(second, "second");
  first.start();
  second.start();
  first.client().start(asks, "a", 3);
  CHECK(first.client().instance(asks, "a").result(patience) == "second");
}

LAW("an activity that a living runtime has a handler for waits for it, however long that takes") {
  test_store store;
  runtime_options impatient = with({}, 2);
  impatient.max_failed_attempts = 1;
  runtime orchestrator(store.open(), impatient);
  runtime worker(store.open(), with(0, 1));
  std::atomic<bool> finish = false;
  register_orchestrations(orchestrator);
  worker.register_activity(blocked, [&](activity_context& context, int n) {
    while (!finish) context.wait_for_cancellation(1ms);
    return n;
  });
  orchestrator.start();
  worker.start();
  client client = orchestrator.client();
  client.start(long_job, "runs", 1);
  client.start(long_job, "waits", 2);
  CHECK_THROWS_AS(client.instance(long_job, "waits").result(200ms), timeout_error);
  finish = true;
  CHECK(client.instance(long_job, "runs").result(patience) == 1);
  CHECK(client.instance(long_job, "waits").result(patience) == 2);
}

LAW("what an owner scheduled for itself and can run no more after a restart is done by others") {
  test_store store;
  std::atomic<bool> running = false;
  {
    runtime_options impatient = with({}, 1);
    impatient.shutdown_timeout = 0ms;
    runtime alone(store.open(), impatient);
    register_orchestrations(alone);
    alone.register_activity(blocked, [&](activity_context& context, int n) {
      running = true;
      context.wait_for_cancellation(patience);
      return -n;
    });
    alone.start();
    alone.client().start(long_job, "l", 7);
    REQUIRE(eventually([&] { return running.load(); }));
  }
  runtime orchestrator(store.open(), with({}, 0));
  runtime worker(store.open(), with(0, 1));
  register_orchestrations(orchestrator);
  worker.register_activity(blocked, [](activity_context&, int n) { return n; });
  worker.start();  // first: it is asked for so many times only while nobody can run it
  orchestrator.start();
  CHECK(orchestrator.client().instance(long_job, "l").result(patience) == 7);
}

LAW("when the owner stops, another runtime takes over, and its clients notice nothing") {
  test_store store;
  auto first = std::make_unique<runtime>(store.open(), verified());
  runtime second(store.open(), verified());
  for (runtime* each : {first.get(), &second}) {
    register_orchestrations(*each);
    register_where(*each, each == &second ? "second" : "first");
    each->start();
  }
  client client = second.client();
  client.start(waiting, "w", 1);
  auto ended = client.async().instance("w").wait(patience);
  first.reset();
  client.instance("w").raise(go, 1);
  CHECK(ended.get().output == "2");
  CHECK(eventually([&] {
    client.start(asks, "a", 2);
    return client.instance("a").status().status == runtime_status::completed;
  }));
  CHECK(client.instance(asks, "a").result(patience) == "second");
}

LAW("cancelling reaches an activity that runs in another runtime") {
  test_store store;
  runtime orchestrator(store.open(), with({}, 0));
  runtime worker(store.open(), with(0, 1));
  std::atomic<bool> running = false;
  std::atomic<bool> cancelled = false;
  register_orchestrations(orchestrator);
  worker.register_activity(blocked, [&](activity_context& context, int n) {
    running = true;
    cancelled = context.wait_for_cancellation(patience);
    return n;
  });
  orchestrator.start();
  worker.start();
  orchestrator.client().start(long_job, "l", 1);
  REQUIRE(eventually([&] { return running.load(); }));
  orchestrator.client().instance("l").cancel("enough");
  CHECK(orchestrator.client().instance("l").wait(patience).status == runtime_status::cancelled);
  CHECK(eventually([&] { return cancelled.load(); }));
}

LAW("what a worker holds when it stops is done by another one") {
  test_store store;
  runtime orchestrator(store.open(), with({}, 0));
  register_orchestrations(orchestrator);
  orchestrator.start();
  runtime_options impatient = with(0, 1);
  impatient.shutdown_timeout = 0ms;
  auto first = std::make_unique<runtime>(store.open(), impatient);
  std::atomic<bool> running = false;
  first->register_activity(blocked, [&](activity_context& context, int n) {
    running = true;
    context.wait_for_cancellation(patience);
    return -n;
  });
  first->start();
  orchestrator.client().start(long_job, "l", 7);
  REQUIRE(eventually([&] { return running.load(); }));
  runtime second(store.open(), with(0, 1));
  second.register_activity(blocked, [](activity_context&, int n) { return n; });
  second.start();
  first.reset();
  CHECK(orchestrator.client().instance(long_job, "l").result(patience) == 7);
}

}  // namespace
}  // namespace duroxide::laws_of_sharing
