// A process whose orchestrations and activity never come to an end: it shuts its runtime down and returns
// from main. Ends with 0 if it can.
#include "duroxide/duroxide.hpp"

#include <atomic>
#include <cstdio>
#include <thread>

namespace dx = duroxide;
using std::chrono_literals::operator""ms;

namespace {

constexpr dx::activity<int(int)> blocks{"blocks"};
constexpr dx::orchestration<int(int)> stuck{"Stuck"};
constexpr dx::orchestration<int(int)> waits{"Waits"};

// Nothing of the stack of main: the code goes on when that is gone.
std::atomic<int> blocked = 0;

[[noreturn]] void block() {
  ++blocked;
  for (;;) blocked.wait(blocked.load());
}

dx::task<int> run_stuck(dx::orchestration_context ctx, int n) {
  ctx.set_custom_status("about to block");
  if (n >= 0) block();
  co_return n;
}

dx::task<int> run_waits(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(blocks, n);
}

}  // namespace

int main() {
  dx::runtime_options options;
  options.orchestration_concurrency = 2;
  options.shutdown_timeout = 50ms;
  options.activity_cancellation_grace_period = 50ms;
  dx::runtime runtime(dx::sqlite_provider::open_in_memory(), options);
  runtime.register_activity(blocks, [](dx::activity_context&, int) -> int { block(); });
  runtime.register_orchestration(stuck, run_stuck);
  runtime.register_orchestration(waits, run_waits);
  runtime.start();
  dx::client client = runtime.client();
  client.start(waits, "waits", 1);
  while (blocked < 1) std::this_thread::yield();
  auto first = client.async().start(stuck, "first", 1);
  auto second = client.async().start(stuck, "second", 1);
  while (blocked < 3) std::this_thread::yield();
  runtime.shutdown();
  std::puts("the process goes on");
}
