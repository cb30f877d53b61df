#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int width = 100;
constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> fan{"Fanout"};

task<int> run_fan(orchestration_context ctx, int n) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(increment, n + i));
  auto values = co_await all(std::move(calls));
  int sum = 0;
  for (int value : values) sum += value;
  co_return sum;
}

}  // namespace

workload fanout() {
  workload w;
  w.name = "fanout";
  w.one_instance_does = "100 trivial activities side by side, joined";
  w.orchestration = fan.name();
  w.instances = 200;
  w.steps = width;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(fan, run_fan);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) {
    return std::to_string(width * i + width * (width - 1) / 2 + width);  // each of n .. n + 99, plus one
  };
  w.rows = {{.instances = 1, .history = 1, .history_bytes = 100 * width, .work = width},
            {.updates = 1, .history = 1, .history_bytes = 100 * width, .done = width}};
  return w;
}

}  // namespace duroxide::bench
