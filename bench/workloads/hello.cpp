#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> one_step{"Hello"};

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(increment, n);
}

}  // namespace

workload hello() {
  workload w;
  w.name = "hello";
  w.one_instance_does = "one trivial activity, all instances started at once";
  w.orchestration = one_step.name();
  w.instances = 10000;
  w.in_flight = 0;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(one_step, run_one_step);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + 1); };
  w.rows = {{.instances = 1, .history = 1, .work = 1}, {.updates = 1, .history = 1, .done = 1}};
  return w;
}

}  // namespace duroxide::bench
