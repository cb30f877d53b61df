#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> one_step{"Latency"};

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(increment, n);
}

}  // namespace

workload latency() {
  workload w;
  w.name = "latency";
  w.one_instance_does = "one trivial activity, one instance at a time: what a caller waits";
  w.orchestration = one_step.name();
  w.instances = 500;
  w.in_flight = 1;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(one_step, run_one_step);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + 1); };
  return w;
}

}  // namespace duroxide::bench
