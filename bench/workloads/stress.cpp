#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int width = 5;
constexpr duration work{10};
constexpr activity<int(int)> work_and_increment{"work_and_increment"};
constexpr orchestration<int(int)> fan{"Stress"};

task<int> run_fan(orchestration_context ctx, int n) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(work_and_increment, n + i));
  auto values = co_await all(std::move(calls));
  int sum = 0;
  for (int value : values) sum += value;
  co_return sum;
}

}  // namespace

workload stress() {
  workload w;
  w.name = "stress";
  w.one_instance_does = "5 activities of 10 ms side by side; as many as fit into 10 s, 20 at a time";
  w.orchestration = fan.name();
  w.instances = 100'000;
  w.in_flight = 20;
  w.workers = w.in_flight * width;  // the engine is measured, not how many can sleep at a time
  w.seconds = 10;
  w.steps = width;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(work_and_increment, [](activity_context& context, int n) {
      context.wait_for_cancellation(work);
      return n + 1;
    });
    runtime.register_orchestration(fan, run_fan);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) {
    return std::to_string(width * i + width * (width - 1) / 2 + width);  // each of n .. n + 4, plus one
  };
  return w;
}

}  // namespace duroxide::bench
