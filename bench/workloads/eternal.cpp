#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int executions = 100;
constexpr orchestration<int(int)> counter{"Eternal"};

// Begins at a multiple of `executions` and ends before the next one.
task<int> run_counter(orchestration_context ctx, int n) {
  if (n % executions == executions - 1) co_return n;
  co_return ctx.continue_as_new(n + 1);
}

}  // namespace

workload eternal() {
  workload w;
  w.name = "eternal";
  w.one_instance_does = "100 executions by continue-as-new";
  w.orchestration = counter.name();
  w.instances = 100;
  w.steps = executions;
  w.register_handlers = [](runtime& runtime) { runtime.register_orchestration(counter, run_counter); };
  w.input = [](std::size_t i) { return std::to_string(i * executions); };
  w.expected_output = [](std::size_t i) { return std::to_string(i * executions + executions - 1); };
  return w;
}

}  // namespace duroxide::bench
