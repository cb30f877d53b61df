#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int steps = 20;
constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> sequence{"Chain"};

task<int> run_sequence(orchestration_context ctx, int n) {
  for (int i = 0; i < steps; ++i) {
    int next = co_await ctx.schedule_activity(increment, n);
    n = next;
  }
  co_return n;
}

}  // namespace

workload chain() {
  workload w;
  w.name = "chain";
  w.one_instance_does = "20 trivial activities in a row";
  w.orchestration = sequence.name();
  w.instances = 1000;
  w.steps = steps;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(sequence, run_sequence);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + steps); };
  w.rows = {{.instances = 1, .history = 1, .work = 1},
            {.history = 1, .work = 1, .done = 1, .times = steps - 1},
            {.updates = 1, .history = 1, .done = 1}};
  return w;
}

}  // namespace duroxide::bench
