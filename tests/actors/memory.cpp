// Who is in memory, and who is not.
#include "tests/actors/fixture.hpp"

#include <atomic>

namespace duroxide::laws_of_memory {
namespace {

using namespace testing_support;

std::atomic<int> frames = 0;  // of coroutines that exist now
std::atomic<int> built = 0;   // ever

struct counted_frame {
  counted_frame() {
    ++frames;
    ++built;
  }
  counted_frame(const counted_frame&) = delete;
  counted_frame& operator=(const counted_frame&) = delete;
  ~counted_frame() { --frames; }
};

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> counted{"Counted"};

task<int> run_counted(orchestration_context ctx, int n) {
  counted_frame here;
  int sum = n;
  for (int i = 0; i < 2; ++i) {
    int more = co_await ctx.wait_for_event(go);
    sum += more;
  }
  co_return sum;
}

runtime_options unverified() {  // a second execution would be counted too
  runtime_options options;
  options.verify_replay = false;
  return options;
}

LAW("an idle instance leaves the memory, and its next message brings it back as it was") {
  frames = built = 0;
  test_store store;
  runtime_options options = unverified();
  options.passivate_after = 20ms;
  runtime runtime(store.open(), options);
  runtime.register_orchestration(counted, run_counted);
  runtime.start();
  client client = runtime.client();
  client.start(counted, "c", 1);
  REQUIRE(eventually([] { return built == 1 && frames == 0; }));
  client.instance("c").raise(go, 10);
  REQUIRE(eventually([] { return built == 2 && frames == 0; }));
  client.instance("c").raise(go, 100);
  CHECK(client.instance(counted, "c").result(patience) == 111);
  CHECK(eventually([] { return built == 3 && frames == 0; }));
}

LAW("while an instance is used it stays, and is not replayed") {
  frames = built = 0;
  test_store store;
  runtime runtime(store.open(), unverified());
  runtime.register_orchestration(counted, run_counted);
  runtime.start();
  client client = runtime.client();
  client.start(counted, "c", 1);
  client.instance("c").raise(go, 10);
  client.instance("c").raise(go, 100);
  CHECK(client.instance(counted, "c").result(patience) == 111);
  CHECK(built == 1);
}

LAW("above the limit the least recently used instances leave") {
  frames = built = 0;
  test_store store;
  runtime_options options = unverified();
  options.resident_limit = 16;
  options.passivate_after = 1h;
  runtime runtime(store.open(), options);
  runtime.register_orchestration(counted, run_counted);
  runtime.start();
  std::vector<std::future<async_typed_handle<int>>> starts;
  for (int i = 0; i < 200; ++i)
    starts.push_back(runtime.client().async().start(counted, "c-" + std::to_string(i), 0));
  for (auto& each : starts) each.get();
  CHECK(built == 200);
  CHECK(eventually([] { return frames <= 16; }));
}

LAW("thousands of sleeping instances end with their runtime, and the process does not hang") {
  // CAF's clock can deadlock on itself when many actors quit with pending timeouts; see the house rule in
  // actors/README.md.
  frames = built = 0;
  test_store store;
  {
    runtime_options options = unverified();
    options.passivate_after = 1h;
    runtime runtime(store.open(), options);
    constexpr orchestration<int(int)> asleep{"Asleep"};
    runtime.register_orchestration(asleep, [](orchestration_context ctx, int n) -> task<int> {
      counted_frame here;
      co_await ctx.schedule_timer(1h);
      co_return n;
    });
    runtime.start();
    std::vector<std::future<async_typed_handle<int>>> starts;
    for (int i = 0; i < 20'000; ++i)
      starts.push_back(runtime.client().async().start(asleep, "s-" + std::to_string(i), 0));
    for (auto& each : starts) each.get();
    CHECK(frames == 20'000);
  }
  CHECK(frames == 0);
}

}  // namespace
}  // namespace duroxide::laws_of_memory
