#include "duroxide/duroxide.hpp"
#include "bench/workload.hpp"

namespace duroxide::bench {

namespace {

constexpr int width = 10;
constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> child{"Child"};
constexpr orchestration<int(int)> parent{"Parent"};

task<int> run_child(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(increment, n);
}

task<int> run_parent(orchestration_context ctx, int n) {
  std::vector<sub_orchestration_call<int>> calls;
  for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_sub_orchestration(child, n + i));
  auto values = co_await all(std::move(calls));
  int sum = 0;
  for (int value : values) sum += value;
  co_return sum;
}

}  // namespace

workload children() {
  workload w;
  w.name = "children";
  w.one_instance_does = "10 sub-orchestrations of one trivial activity side by side, joined";
  w.orchestration = parent.name();
  w.instances = 500;
  w.steps = width;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(child, run_child);
    runtime.register_orchestration(parent, run_parent);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) {
    return std::to_string(width * i + width * (width - 1) / 2 + width);  // each of n .. n + 9, plus one
  };
  // The parent, and a message to each child; the children's two turns, with a message back; the parent.
  w.rows = {{.instances = 1 + width, .history = 1, .history_bytes = 100 * width, .work = width},
            {.history = width, .work = width, .done = width},
            {.updates = width, .history = width, .work = width, .done = width},
            {.updates = 1, .history = 1, .history_bytes = 100 * width, .done = width}};
  return w;
}

}  // namespace duroxide::bench
