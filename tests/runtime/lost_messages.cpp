// Where other engines lose messages: waits that are dropped in the very turn that brings their message, and
// starts that meet an execution on its way. Each story is told turn by turn, rebuilt before each turn, and in
// one turn; all must agree.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_lost_messages {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

// Loses a race for a message in its first execution; takes two in its second.
task<int> loses_and_continues(ctx_t ctx, int round) {
  if (round == 0) {
    co_await race(ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
    co_return ctx.continue_as_new(1);
  }
  int first = co_await ctx.dequeue_event(orders);
  int second = co_await ctx.dequeue_event(orders);
  co_return 10 * first + second;
}

// The same with a wait that is started, and dropped when the execution ends.
task<int> holds_and_continues(ctx_t ctx, int round) {
  if (round == 0) {
    auto held = ctx.start(ctx.dequeue_event(orders));
    co_await ctx.schedule_timer(5ms);
    co_return ctx.continue_as_new(1);
  }
  int first = co_await ctx.dequeue_event(orders);
  int second = co_await ctx.dequeue_event(orders);
  co_return 10 * first + second;
}

// The message is there before the code loses a wait of another queue position, and is taken at once; what the
// code asks for then stands in history before the dropped wait is told of.
task<int> takes_what_is_buffered(ctx_t ctx) {
  auto lost = std::make_unique<pending<int>>(ctx.start(ctx.dequeue_event(orders)));
  co_await ctx.schedule_timer(5ms);
  lost.reset();
  int taken = co_await ctx.dequeue_event(orders);
  int worked = co_await ctx.schedule_activity(step, taken);
  int more = co_await ctx.dequeue_event(orders);
  co_return 100 * taken + 10 * worked + more;
}

// Loses a race `rounds` times, then takes what is there and works on it.
task<int> loses_often(ctx_t ctx, int rounds) {
  for (int i = 0; i < rounds; ++i) co_await race(ctx.dequeue_event(orders), ctx.wait_for_event(note));
  int taken = co_await ctx.dequeue_event(orders);
  co_return co_await ctx.schedule_activity(step, taken);
}

// A wait that lives for no time at all, in front of one that matters.
task<int> drops_at_once(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  for (int i = 0; i < 3; ++i) {
    auto dropped = ctx.start(ctx.dequeue_event(orders));
  }
  co_return co_await ctx.dequeue_event(orders);
}

// An event behind the timer that beat its wait, with and without a wait that follows at once.
task<int> waits_again_at_once(ctx_t ctx) {
  co_await race(ctx.wait_for_event(note), ctx.schedule_timer(5ms));
  co_return co_await ctx.wait_for_event(note);
}

task<int> waits_again_later(ctx_t ctx) {
  co_await race(ctx.wait_for_event(note), ctx.schedule_timer(5ms));
  co_await ctx.schedule_activity(step, 1);
  co_return co_await ctx.wait_for_event(note);
}

task<int> counts(ctx_t ctx, int n) {
  int next = co_await ctx.dequeue_event(orders);
  if (next > 0) co_return ctx.continue_as_new(n + next);
  co_return n;
}

}  // namespace

LAW("a message behind the timer that beat its wait reaches the next execution, with all that follow it") {
  for (auto handler : {code(loses_and_continues), code(holds_and_continues)})
    CHECK(story(handler, "0", {"fired 3", "enqueued orders 7", "enqueued orders 8"}).ends_with("ends 78"));
  // In front of the timer: the race takes it, and what is only held goes on.
  CHECK(story(code(loses_and_continues), "0",
              {"enqueued orders 7", "fired 3", "enqueued orders 8", "enqueued orders 9"})
            .ends_with("ends 89"));
  CHECK(story(code(holds_and_continues), "0", {"enqueued orders 7", "fired 3", "enqueued orders 8"})
            .ends_with("ends 78"));
}

LAW("a message that a dropped wait had received is taken by the next wait, and replay agrees") {
  CHECK(story(code(takes_what_is_buffered), "null",
              {"enqueued orders 1", "enqueued orders 2", "fired 3", "completed 7 5"}) ==
        lines("1 started it null", "2 dequeue orders", "3 timer @1005", "4 message orders 1", "5 fired 3",
              "6 dequeue orders", "7 activity step 1", "8 completed 7 5", "9 dequeue orders",
              "10 message orders 2", "11 ends 152"));
  CHECK(story(code(takes_what_is_buffered), "null",
              {"fired 3", "enqueued orders 1", "enqueued orders 2", "completed 8 5"})
            .ends_with("ends 152"));
}

LAW("however many waits were lost before, the message is for the one that lives") {
  std::vector<std::string> script(5, "raised note 0");
  script.push_back("enqueued orders 7");
  script.push_back("completed 24 70");
  CHECK(story(code(loses_often), "5", script).ends_with("ends 70"));
}

LAW("waits that are scheduled and dropped at once take nothing from the wait behind them") {
  CHECK(story(code(drops_at_once), "null", {"enqueued orders 7", "fired 2"}).ends_with("ends 7"));
  CHECK(story(code(drops_at_once), "null", {"fired 2", "enqueued orders 7"}).ends_with("ends 7"));
  replay_kit kit(code(drops_at_once));
  kit.start("null");
  kit.when("enqueued orders 7");
  kit.when("fired 2");  // no further message is needed
  CHECK(kit.outcome() == "completed 7");
}

LAW("an event behind the timer that beat its wait is for a wait that is open by then, or for nobody") {
  CHECK(story(code(waits_again_at_once), "null", {"fired 3", "raised note 7"}).ends_with("ends 7"));
  CHECK(story(code(waits_again_later), "null", {"fired 3", "raised note 7", "completed 6 0", "raised note 8"})
            .ends_with("ends 8"));
}

LAW("a start that stands before or behind the messages of an execution changes nothing and stops nothing") {
  CHECK(story(code(counts), "0",
              {"start", "enqueued orders 1", "enqueued orders 2", "start", "enqueued orders 3",
               "enqueued orders 0"})
            .ends_with("ends 6"));
  replay_kit kit(code(counts));
  kit.start("0");
  kit.when("start", "enqueued orders 5", "start");
  CHECK(kit.messages() == "consumed 1 2 3");
  kit.continues({"start", "enqueued orders 0"});
  CHECK(kit.outcome() == "completed 5");
}

}  // namespace laws_of_lost_messages
