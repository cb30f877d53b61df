// An orchestration that never needs to end: each execution takes one message and continues as new, so that
// its history stays short. What nobody has dequeued yet stays in the queue.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::event_queue<int> amounts{"amounts"};
constexpr dx::orchestration<int(int)> counter{"Counter"};

dx::task<int> run_counter(dx::orchestration_context ctx, int total) {
  int amount = co_await ctx.dequeue_event(amounts);
  if (amount == 0) co_return total;
  ctx.set_custom_status("total " + std::to_string(total + amount));
  co_return ctx.continue_as_new(total + amount);
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:eternal_counter.db")};
  runtime.register_orchestration(counter, run_counter);
  runtime.start();

  dx::client client = runtime.client();
  auto counting = client.start(counter, "counter-1", 0);
  if (counting.was_started()) {
    for (int i = 1; i <= 100; ++i) counting.enqueue(amounts, i);
    counting.enqueue(amounts, 0);
  }
  std::cout << "counted to " << counting.result(30s) << " in " << counting.status().execution
            << " executions\n";
}
