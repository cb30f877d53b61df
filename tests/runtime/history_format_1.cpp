// Histories of format 1: a queue message is recorded when it arrives. They go on by these rules until they
// continue as new.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_history_format_1 {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};
constexpr event_queue<int> returns{"returns"};

constexpr kit_options of_format_1{.history_format = 1};

task<int> takes_after_a_timer(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  int first = co_await ctx.dequeue_event(orders);
  int second = co_await ctx.dequeue_event(orders);
  co_return 10 * first + second;
}

task<int> takes_what_is_buffered(ctx_t ctx) {
  auto lost = std::make_unique<pending<int>>(ctx.start(ctx.dequeue_event(orders)));
  co_await ctx.schedule_timer(5ms);
  lost.reset();
  int taken = co_await ctx.dequeue_event(orders);
  int worked = co_await ctx.schedule_activity(step, taken);
  int more = co_await ctx.dequeue_event(orders);
  co_return 100 * taken + 10 * worked + more;
}

task<int> races_for_two_queues(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  auto first = co_await race(ctx.dequeue_event(orders), ctx.dequeue_event(returns));
  co_return first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
}

// Takes one order an execution, when the note comes.
task<int> one_order_each(ctx_t ctx, int n) {
  int order = co_await ctx.dequeue_event(orders);
  int sum = n * 10 + order;
  if (order == 9) co_return sum;
  co_await ctx.wait_for_event(note);
  co_return ctx.continue_as_new(sum);
}

}  // namespace

LAW("in format 1 a message is recorded when it arrives, waited for or not") {
  replay_kit kit(code(takes_after_a_timer), of_format_1);
  kit.start("null");
  kit.when("enqueued orders 1", "enqueued orders 2");
  CHECK(kit.added() == lines("3 message orders 1", "4 message orders 2"));
  kit.when("fired 2");
  CHECK(kit.added() == lines("5 fired 2", "6 dequeue orders", "7 dequeue orders", "8 ends 12"));
}

LAW("in format 1 messages that were recorded are taken by the waits that come later, and replay agrees") {
  CHECK(story(code(takes_what_is_buffered), "null",
              {"enqueued orders 1", "enqueued orders 2", "fired 3", "completed 8 5"},
              1) == lines("1 started it null", "2 dequeue orders", "3 timer @1005", "4 message orders 1",
                          "5 message orders 2", "6 fired 3", "7 dequeue orders", "8 activity step 1",
                          "9 completed 8 5", "10 dequeue orders", "11 ends 152"));
  CHECK(story(code(races_for_two_queues), "null", {"enqueued returns 2", "enqueued orders 1", "fired 2"}, 1)
            .ends_with("ends 1"));
}

LAW("in format 1 a message that nobody asked for is no mismatch") {
  replay_kit kit(code(takes_after_a_timer), of_format_1);
  kit.given("1 started it null", "2 timer @1005", "3 message returns 1");
  kit.when("fired 2");
  CHECK(kit.added() == lines("4 fired 2", "5 dequeue orders"));
}

LAW("what format 1 has recorded goes back when it continues as new, before what came later") {
  replay_kit kit(code(one_order_each), of_format_1);
  kit.given("1 started it carried=orders:1 carried=orders:2 0", "2 dequeue orders", "3 wait note",
            "4 message returns 5", "5 message orders 3");
  kit.when("raised note 0", "enqueued orders 4");
  CHECK(kit.effects() ==
        lines("ends continued_as_new 1", "give_back orders 2", "give_back returns 5", "give_back orders 3"));
  kit.continues({"enqueued orders 9"});
  CHECK(kit.history() == lines("1 started it 1", "2 dequeue orders", "3 message orders 2", "4 wait note"));
  kit.when("raised note 0");
  CHECK(kit.effects() == "ends continued_as_new 12");
  kit.continues({"raised note 0"});
  CHECK(kit.effects() == "ends continued_as_new 123");
  kit.continues({"raised note 0"});
  CHECK(kit.effects() == "ends continued_as_new 1234");
  kit.continues();
  CHECK(kit.outcome() == "completed 12349");
}

}  // namespace laws_of_history_format_1
