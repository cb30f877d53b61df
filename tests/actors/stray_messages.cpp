// Messages that come late, twice, or for nobody change nothing.
#include "tests/actors/fixture.hpp"

#include <latch>

namespace duroxide::laws_of_stray_messages {
namespace {

using namespace testing_support;

constexpr activity<int(int)> slow{"slow"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> racing{"Racing"};
constexpr orchestration<int(int)> eternal{"Eternal"};

// The activity loses against the event; its result comes late.
task<int> run_racing(orchestration_context ctx, int n) {
  auto won = co_await race(ctx.schedule_activity(slow, n), ctx.wait_for_event(go));
  int first = won.index() == 1 ? std::get<1>(won) : -1;
  int second = co_await ctx.wait_for_event(go);
  co_return 10 * first + second;
}

// Counts down, an execution each, with a timer that is dropped each time.
task<int> run_eternal(orchestration_context ctx, int left) {
  auto pending_timer = ctx.start(ctx.schedule_timer(1h));
  co_await ctx.schedule_timer(1ms);
  if (left > 0) co_return ctx.continue_as_new(left - 1);
  co_return 99;
}

LAW("the loser of a race is cancelled within moments, and its late result changes nothing") {
  test_store store;
  std::shared_ptr<provider> opened = store.open();
  std::latch begun(1);
  std::latch cancelled(1);
  runtime runtime(opened, verified());
  runtime.register_activity(slow, [&](activity_context& context, int n) {
    begun.count_down();
    if (context.wait_for_cancellation(1h)) cancelled.count_down();
    return n;
  });
  runtime.register_orchestration(racing, run_racing);
  runtime.start();
  client client = runtime.client();
  client.start(racing, "r", 1);
  begun.wait();
  client.instance("r").raise(go, 3);
  cancelled.wait();
  client.instance("r").raise(go, 4);
  CHECK(client.instance(racing, "r").result(patience) == 34);
  CHECK(opened->load("r").value()->activities.empty());
}

LAW("timers of earlier executions fire for nobody, and leave no rows") {
  test_store store;
  std::shared_ptr<provider> opened = store.open();
  runtime runtime(opened, verified());
  runtime.register_orchestration(eternal, run_eternal);
  runtime.start();
  runtime.client().start(eternal, "e", 20);
  CHECK(runtime.client().instance(eternal, "e").result(patience) == 99);
  CHECK(runtime.client().instance("e").status().execution == 21);
  CHECK(opened->load("e").value()->inbox.empty());
}

}  // namespace
}  // namespace duroxide::laws_of_stray_messages
