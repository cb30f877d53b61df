#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr duration delay{100};
constexpr orchestration<int(int)> one_timer{"OneTimer"};

task<int> run_one_timer(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(delay);
  co_return n;
}

}  // namespace

workload timers() {
  workload w;
  w.name = "timers";
  w.one_instance_does = "one timer of 100 ms, all instances started at once";
  w.orchestration = one_timer.name();
  w.instances = 10'000;
  w.register_handlers = [](runtime& runtime) { runtime.register_orchestration(one_timer, run_one_timer); };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i); };
  w.rows = {{.instances = 1, .history = 1, .work = 1}, {.updates = 1, .history = 1, .done = 1}};
  return w;
}

}  // namespace duroxide::bench
