// The end of a runtime.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <latch>

namespace duroxide {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> working{"Working"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_working(orchestration_context ctx, int n) {
  int done = co_await ctx.schedule_activity(work, n);
  co_return done;
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

LAW("shutdown lets a running activity finish, and its result counts") {
  test_store store("SQLite file");
  std::latch begun(1);
  std::latch may_end(1);
  std::atomic<int> runs = 0;
  runtime runtime(store.open(), verified());
  runtime.register_activity(work, [&](activity_context&, int n) {
    ++runs;
    begun.count_down();
    may_end.wait();
    return n + 1;
  });
  runtime.register_orchestration(working, run_working);
  runtime.start();
  runtime.client().start_orchestration(working, "w", 1);
  begun.wait();
  auto stopped = std::async(std::launch::async, [&] { runtime.shutdown(); });
  may_end.count_down();
  stopped.get();
  instance_status ended = client(store.open()).get_status("w");
  CHECK(ended.status == runtime_status::completed);
  CHECK(ended.output == "2");
  CHECK(runs == 1);
}

LAW("after shutdown, clients fail with runtime_stopped, and nobody waits for ever") {
  test_store store("SQLite memory");
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(waiting, run_waiting);
  runtime.start();
  client client = runtime.client();
  client.start_orchestration(waiting, "w", 1);
  auto ended = client.wait_for_orchestration_async("w", 1h);
  runtime.shutdown();
  runtime.shutdown();  // does nothing
  for (auto operation : std::vector<std::function<void()>>{
           [&] { ended.get(); },
           [&] { client.start_orchestration(waiting, "x", 1); },
           [&] { client.raise_event(go, "w", 1); },
           [&] { client.get_status("w"); },
           [&] { client.wait_for_orchestration("w", 1h); },
       }) {
    try {
      operation();
      FAIL("nothing was thrown");
    } catch (const infrastructure_error& e) {
      CHECK(e.kind() == error_kind::runtime_stopped);
    }
  }
}

LAW("a shutdown in the middle of a thousand orchestrations loses none of them") {
  test_store store("SQLite file");
  auto run = [&](bool start) {
    runtime runtime(store.open(), verified());
    runtime.register_activity(work, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(working, run_working);
    runtime.start();
    client client = runtime.client();
    std::vector<std::future<start_result>> starts;
    for (int i = 0; start && i < 1000; ++i)
      starts.push_back(client.start_orchestration_async(working, "w-" + std::to_string(i), i));
    for (auto& each : starts) each.get();
    if (start) return;
    for (int i = 0; i < 1000; ++i)
      REQUIRE(client.wait_for_orchestration(working, "w-" + std::to_string(i), patience) == i + 1);
  };
  run(true);
  run(false);
}

}  // namespace
}  // namespace duroxide
