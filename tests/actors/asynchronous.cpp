// Activities that hold no worker, of which a runtime runs so many at a time.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace duroxide::laws_of_asynchronous_activities {
namespace {

using namespace testing_support;

constexpr activity<int(int)> waits{"waits"};
constexpr activity<int(int)> blocks{"blocks"};
constexpr orchestration<int(int)> one_wait{"OneWait"};
constexpr orchestration<int(int)> one_block{"OneBlock"};
constexpr orchestration<int(int)> many_waits{"ManyWaits"};

task<int> run_one_wait(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(waits, n);
}

task<int> run_one_block(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(blocks, n);
}

task<int> run_many_waits(orchestration_context ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(waits, i));
  const std::vector<int> all_of_them = co_await all(std::move(calls));
  co_return static_cast<int>(all_of_them.size());
}

runtime_options with_places(std::size_t places) {
  runtime_options options = verified();
  options.async_activity_limit = places;
  return options;
}

void register_orchestrations(runtime& node) {
  node.register_orchestration(one_wait, run_one_wait);
  node.register_orchestration(one_block, run_one_block);
  node.register_orchestration(many_waits, run_many_waits);
}

// What runs is counted, and runs until the gate is open, or until it is cancelled.
struct gate {
  std::atomic<bool> is_open = false;
  std::atomic<int> begun = 0;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;

  void enter() {
    ++begun;
    const int now = ++running;
    for (int known = most; known < now && !most.compare_exchange_weak(known, now);) continue;
  }
};

activity_task<int> pass(activity_context& context, gate& passed, int n) {
  passed.enter();
  while (!passed.is_open && !context.is_cancelled()) co_await pause_for(context, 1ms);
  --passed.running;
  co_return n;
}

void register_waits(runtime& node, gate& passed) {
  node.register_activity(waits,
                         [&passed](activity_context& context, int n) { return pass(context, passed, n); });
}

std::string id_of(const std::string& prefix, int n) { return prefix + std::to_string(n); }

LAW("a thousand asynchronous activities run ten at a time, and all of them finish") {
  static std::atomic<int> running;
  static std::atomic<int> most;
  running = most = 0;
  test_store store;
  runtime runtime(store.open(), with_places(10));
  register_orchestrations(runtime);
  runtime.register_activity(waits, [](activity_context& context, int n) -> activity_task<int> {
    const int now = ++running;
    for (int known = most; known < now && !most.compare_exchange_weak(known, now);) continue;
    co_await pause_for(context, 1ms);
    --running;
    if (n % 100 == 99) throw std::runtime_error("one of a hundred fails");
    co_return n;
  });
  runtime.start();
  client client = runtime.client();
  std::vector<std::future<async_typed_handle<int>>> starts;
  for (int i = 0; i < 1000; ++i) starts.push_back(client.async().start(one_wait, id_of("w", i), i));
  for (auto& each : starts) CHECK(each.get().was_started());
  int failed = 0;
  for (int i = 0; i < 1000; ++i) {
    const instance_status ended = client.instance(id_of("w", i)).wait(patience);
    failed += ended.status == runtime_status::failed;
  }
  CHECK(failed == 10);
  CHECK(most <= 10);
  CHECK(eventually([&] { return runtime.metrics().running_asynchronous_activities == 0; }));
}

LAW("of one instance as many run as there are places, and what waits is counted as queued") {
  gate passed;
  test_store store;
  runtime runtime(store.open(), with_places(10));
  register_orchestrations(runtime);
  register_waits(runtime, passed);
  runtime.start();
  client client = runtime.client();
  client.start(many_waits, "m", 100);
  CHECK(eventually([&] {
    const metrics_snapshot now = runtime.metrics();
    return now.running_asynchronous_activities == 10 && now.queued_activities == 90 && passed.running == 10;
  }));
  CHECK(runtime.metrics().running_activities == 0);
  CHECK_THAT(to_prometheus(runtime.metrics()),
             Catch::Contains("# TYPE duroxide_running_asynchronous_activities gauge\n"
                             "duroxide_running_asynchronous_activities 10\n"));
  passed.is_open = true;
  CHECK(client.instance(many_waits, "m").result(patience) == 100);
  CHECK(passed.most == 10);
  CHECK(passed.begun == 100);
}

LAW("functions and asynchronous activities do not wait for one another, in memory and in the store") {
  for (const std::size_t in_memory : {1000, 3}) {
    gate passed;
    std::atomic<bool> may_return = false;
    test_store store;
    runtime_options options = with_places(2);
    options.worker_concurrency = 1;
    options.activity_queue_limit = in_memory;
    runtime runtime(store.open(), options);
    register_orchestrations(runtime);
    register_waits(runtime, passed);
    runtime.register_activity(blocks, [&](activity_context& context, int n) {
      while (n == 0 && !may_return) context.wait_for_cancellation(1ms);
      return n;
    });
    runtime.start();
    client client = runtime.client();
    for (int i = 0; i < 20; ++i) client.start(one_wait, id_of("w", i), i);
    REQUIRE(eventually([&] { return passed.running == 2; }));
    for (int i = 1; i <= 10; ++i) client.start(one_block, id_of("b", i), i);
    for (int i = 1; i <= 10; ++i) CHECK(client.instance(one_block, id_of("b", i)).result(patience) == i);
    CHECK(passed.begun == 2);
    client.start(one_block, "b0", 0);
    REQUIRE(eventually([&] { return runtime.metrics().running_activities == 1; }));
    passed.is_open = true;
    for (int i = 0; i < 20; ++i) CHECK(client.instance(one_wait, id_of("w", i)).result(patience) == i);
    CHECK(passed.most == 2);
    may_return = true;
    CHECK(client.instance(one_block, "b0").result(patience) == 0);
  }
}

LAW("what is cancelled while it waits for a place never runs, and what runs gives its place up when it "
    "stops") {
  gate passed;
  test_store store;
  runtime runtime(store.open(), with_places(1));
  register_orchestrations(runtime);
  register_waits(runtime, passed);
  runtime.start();
  client client = runtime.client();
  client.start(one_wait, "runs", 1);
  REQUIRE(eventually([&] { return passed.running == 1; }));
  client.start(one_wait, "waits", 2);
  client.start(one_wait, "is next", 3);
  REQUIRE(eventually([&] { return runtime.metrics().queued_activities == 2; }));
  client.instance("waits").cancel("enough");
  CHECK(eventually([&] { return runtime.metrics().queued_activities == 1; }));
  CHECK(passed.begun == 1);
  client.instance("runs").cancel("enough");
  CHECK(eventually([&] { return passed.begun == 2; }));
  passed.is_open = true;
  CHECK(client.instance(one_wait, "is next").result(patience) == 3);
  CHECK(passed.begun == 2);
  CHECK(passed.most == 1);
}

LAW("what was cancelled and does not stop gives its place up after the grace period, and may end much "
    "later") {
  std::mutex mutex;
  std::map<int, activity_completion> completions;
  const auto has_begun = [&](int n) {
    const std::lock_guard lock(mutex);
    return completions.contains(n);
  };
  const auto complete = [&](int n) {
    std::unique_lock lock(mutex);
    const activity_completion tell = completions.at(n);
    lock.unlock();
    tell(std::to_string(n));
  };
  test_store store;
  runtime_options options = with_places(1);
  options.activity_cancellation_grace_period = 5ms;
  runtime runtime(store.open(), options);
  register_orchestrations(runtime);
  runtime.register_async_activity("waits", [&](const std::shared_ptr<activity_context>&,
                                               const std::string& input, const activity_completion& done) {
    const std::lock_guard lock(mutex);
    completions.emplace(std::stoi(input), done);
  });
  runtime.start();
  client client = runtime.client();
  client.start(one_wait, "never stops", 1);
  REQUIRE(eventually([&] { return has_begun(1); }));
  client.start(one_wait, "is next", 2);
  client.start(one_wait, "is last", 3);
  REQUIRE(eventually([&] { return runtime.metrics().queued_activities == 2; }));
  client.instance("never stops").cancel("enough");
  REQUIRE(eventually([&] { return has_begun(2); }));
  complete(1);  // nobody waits for it, and no place is free because of it
  CHECK(runtime.metrics().running_asynchronous_activities == 1);
  CHECK_FALSE(has_begun(3));
  complete(2);
  REQUIRE(eventually([&] { return has_begun(3); }));
  complete(3);
  CHECK(client.instance(one_wait, "is next").result(patience) == 2);
  CHECK(client.instance(one_wait, "is last").result(patience) == 3);
  CHECK(eventually([&] { return runtime.metrics().running_asynchronous_activities == 0; }));
  const std::lock_guard lock(mutex);
  completions.clear();
}

LAW("a shutdown starts nothing that waits for a place; the next start runs it") {
  gate passed;
  test_store store;
  {
    runtime runtime(store.open(), with_places(1));
    register_orchestrations(runtime);
    register_waits(runtime, passed);
    runtime.start();
    for (int i = 0; i < 20; ++i) runtime.client().start(one_wait, id_of("w", i), i);
    REQUIRE(eventually([&] { return passed.running == 1 && runtime.metrics().queued_activities == 19; }));
    auto stopped = std::async(std::launch::async, [&] { runtime.shutdown(patience); });
    CHECK(eventually([&] { return runtime.metrics().queued_activities == 0; }));
    passed.is_open = true;
    stopped.get();
    CHECK(passed.begun == 1);
  }
  runtime next(store.open(), with_places(1));
  register_orchestrations(next);
  register_waits(next, passed);
  next.start();
  for (int i = 0; i < 20; ++i) CHECK(next.client().instance(one_wait, id_of("w", i)).result(patience) == i);
  CHECK(passed.begun == 20);
  CHECK(passed.most == 1);
}

LAW("another node runs what has no place where its instance is") {
  gate here;
  gate on_other_node;
  test_store store;
  runtime owner(store.open(), with_places(2));
  register_orchestrations(owner);
  register_waits(owner, here);
  runtime_options helps = with_places(50);
  helps.orchestration_concurrency = 0;
  runtime helper(store.open(), helps);
  register_waits(helper, on_other_node);
  owner.start();
  helper.start();
  owner.client().start(many_waits, "m", 40);
  CHECK(eventually([&] { return here.running == 2 && on_other_node.running >= 30; }));
  here.is_open = on_other_node.is_open = true;
  CHECK(owner.client().instance(many_waits, "m").result(patience) == 40);
  CHECK(here.most == 2);
}

LAW("a runtime that may run no asynchronous activity is refused") {
  CHECK(details_of<configuration_error>([] {
          runtime refused(sqlite_provider::open_in_memory(), with_places(0));
        }).message == "runtime_options::async_activity_limit must be positive");
}

}  // namespace
}  // namespace duroxide::laws_of_asynchronous_activities
