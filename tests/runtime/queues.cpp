// Queues: every message is received once, in order, and none is lost.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_queues {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event_queue<int> orders{"orders"};
constexpr event_queue<int> returns{"returns"};

task<int> takes_three(ctx_t ctx) {
  int taken = 0;
  for (int i = 0; i < 3; ++i) {
    int next = co_await ctx.dequeue_event(orders);
    taken = 10 * taken + next;
  }
  co_return taken;
}

task<int> three_at_once(ctx_t ctx) {
  auto each = co_await all(ctx.dequeue_event(orders), ctx.dequeue_event(orders), ctx.dequeue_event(orders));
  co_return 100 * std::get<0>(each) + 10 * std::get<1>(each) + std::get<2>(each);
}

task<int> takes_after_a_timer(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  int first = co_await ctx.dequeue_event(orders);
  int second = co_await ctx.dequeue_event(orders);
  co_return 10 * first + second;
}

task<int> takes_from_two(ctx_t ctx) {
  int a = co_await ctx.dequeue_event(orders);
  int b = co_await ctx.dequeue_event(returns);
  int c = co_await ctx.dequeue_event(orders);
  co_return 100 * a + 10 * b + c;
}

// Appendix A-16, W-13.
task<int> loses_then_takes_then_works(ctx_t ctx) {
  co_await race(ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
  int taken = co_await ctx.dequeue_event(orders);
  co_return co_await ctx.schedule_activity(step, taken);
}

// W-14 (a).
task<int> drops_at_once_then_takes(ctx_t ctx) {
  { auto dropped = ctx.start(ctx.dequeue_event(orders)); }
  co_return co_await ctx.dequeue_event(orders);
}

task<int> drops_two_then_takes(ctx_t ctx) {
  co_await race(ctx.dequeue_event(orders), ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
  co_return co_await ctx.dequeue_event(orders);
}

task<int> races_for_two_queues(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  int taken = 0;
  for (int i = 0; i < 2; ++i) {
    auto first = co_await race(ctx.dequeue_event(orders), ctx.dequeue_event(returns));
    int next = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
    taken = 10 * taken + next;
  }
  co_return taken;
}

task<int> drops_a_settled_wait(ctx_t ctx) {
  {
    auto first = ctx.start(ctx.dequeue_event(orders));
    auto second = ctx.start(ctx.dequeue_event(orders));
    co_await ctx.schedule_timer(5ms);
  }
  int first = co_await ctx.dequeue_event(orders);
  int second = co_await ctx.dequeue_event(orders);
  int third = co_await ctx.dequeue_event(orders);
  co_return 100 * first + 10 * second + third;
}

task<int> loses_two_settled_waits(ctx_t ctx) {
  auto done = ctx.start(ctx.schedule_activity(step, 1));
  co_await ctx.schedule_timer(5ms);
  co_await race(std::move(done), ctx.dequeue_event(orders), ctx.dequeue_event(orders));
  auto each = co_await all(ctx.dequeue_event(orders), ctx.dequeue_event(orders), ctx.dequeue_event(orders));
  co_return 100 * std::get<0>(each) + 10 * std::get<1>(each) + std::get<2>(each);
}

task<int> hands_on_to_an_open_wait(ctx_t ctx) {
  auto first = std::make_unique<pending<int>>(ctx.start(ctx.dequeue_event(orders)));
  auto second = ctx.start(ctx.dequeue_event(orders));
  co_await ctx.schedule_timer(5ms);
  first.reset();
  co_return co_await std::move(second);
}

task<int> inner_race_and_a_wait(ctx_t ctx) {
  auto both =
      co_await all(race(ctx.dequeue_event(orders), ctx.schedule_timer(5ms)), ctx.dequeue_event(orders));
  co_return std::get<1>(both);
}

task<int> detaches_a_wait(ctx_t ctx) {
  auto loose = ctx.start(ctx.dequeue_event(orders));
  std::move(loose).detach();
  co_return co_await ctx.dequeue_event(orders);
}

task<int> detaches_a_settled_wait(ctx_t ctx, int n) {
  if (n == 1) co_return co_await ctx.dequeue_event(orders);
  {
    auto loose = ctx.start(ctx.dequeue_event(orders));
    co_await ctx.schedule_timer(5ms);
    std::move(loose).detach();
  }
  co_return ctx.continue_as_new(1);
}

task<std::string> decodes(ctx_t ctx) {
  auto tried = co_await settle(ctx.dequeue_event(orders));
  int next = co_await ctx.dequeue_event(orders);
  co_return (tried ? "" : "malformed, then ") + std::to_string(next);
}

}  // namespace

LAW("messages are received in the order in which they were enqueued, before or after the wait for them") {
  CHECK(story(code(takes_three), "null", {"enqueued orders 1", "enqueued orders 2", "enqueued orders 3"})
            .ends_with("ends 123"));
  CHECK(story(code(takes_after_a_timer), "null", {"enqueued orders 1", "fired 2", "enqueued orders 2"})
            .ends_with("ends 12"));
  CHECK(story(code(takes_after_a_timer), "null",
              {"enqueued orders 1", "enqueued orders 2", "enqueued orders 3", "fired 2"})
            .ends_with("ends 12"));
}

LAW("a message that waits in its queue makes no turn and is in no history") {
  replay_kit kit(code(takes_after_a_timer));
  kit.start("null");
  kit.when("enqueued orders 1", "enqueued orders 2");
  CHECK(kit.added().empty());
  CHECK(kit.messages().empty());
}

LAW("messages that are there are taken within one turn") {
  replay_kit kit(code(takes_after_a_timer));
  kit.start("null");
  kit.when("enqueued orders 1", "enqueued orders 2");
  kit.when("fired 2");
  CHECK(kit.added() == lines("3 fired 2", "4 dequeue orders", "5 message orders 1", "6 dequeue orders",
                             "7 message orders 2", "8 ends 12"));
}

LAW("several waits receive in the order in which they were opened") {
  CHECK(story(code(three_at_once), "null", {"enqueued orders 1", "enqueued orders 2", "enqueued orders 3"})
            .ends_with("ends 123"));
}

LAW("queues are apart") {
  CHECK(story(code(takes_from_two), "null",
              {"enqueued returns 5", "enqueued orders 1", "enqueued orders 2", "enqueued returns 6"})
            .ends_with("ends 152"));
}

LAW("a wait that lost a race takes nothing, and replay agrees") {
  auto told =
      story(code(loses_then_takes_then_works), "null", {"fired 3", "enqueued orders 7", "completed 8 70"});
  CHECK(told == lines("1 started it null", "2 dequeue orders", "3 timer @1005", "4 fired 3", "5 dropped 2",
                      "6 dequeue orders", "7 message orders 7", "8 activity step 7", "9 completed 8 70",
                      "10 ends 70"));
}

LAW("a message that was there before a wait was lost is for the next wait") {
  replay_kit kit(code(drops_at_once_then_takes));
  kit.start("null");
  kit.when("enqueued orders 7");
  CHECK(kit.outcome() == "completed 7");
  CHECK(story(code(drops_two_then_takes), "null", {"fired 4", "enqueued orders 7"}).ends_with("ends 7"));
}

LAW("a wait that is dropped before it took anything leaves the message where it is") {
  history_event started = parse_event("1 started it carried=orders:7 null");
  replay_kit kit(code(drops_at_once_then_takes));
  kit.start_with(started);
  CHECK(kit.outcome() == "completed 7");
}

LAW("a race of two waits for messages that are both there takes the one that was sent first") {
  CHECK(story(code(races_for_two_queues), "null", {"enqueued orders 1", "enqueued returns 2", "fired 2"})
            .ends_with("ends 12"));
  CHECK(story(code(races_for_two_queues), "null", {"enqueued returns 2", "enqueued orders 1", "fired 2"})
            .ends_with("ends 21"));
}

LAW("a message whose wait is dropped before the code saw it goes back to its place") {
  CHECK(story(code(drops_a_settled_wait), "null",
              {"enqueued orders 1", "enqueued orders 2", "enqueued orders 3", "fired 4"})
            .ends_with("ends 123"));
  CHECK(story(code(loses_two_settled_waits), "null",
              {"enqueued orders 1", "enqueued orders 2", "enqueued orders 3", "completed 2 0", "fired 3"})
            .ends_with("ends 123"));
  CHECK(story(code(hands_on_to_an_open_wait), "null", {"enqueued orders 1", "fired 4"}).ends_with("ends 1"));
}

LAW("a wait that lost a race inside a combination takes nothing from the waits beside it") {
  CHECK(story(code(inner_race_and_a_wait), "null", {"fired 3", "enqueued orders 7"}).ends_with("ends 7"));
  CHECK(story(code(inner_race_and_a_wait), "null", {"enqueued orders 6", "enqueued orders 7"})
            .ends_with("ends 7"));
}

LAW("a detached wait takes its message") {
  CHECK(story(code(detaches_a_wait), "null", {"enqueued orders 1", "enqueued orders 2"}).ends_with("ends 2"));
}

LAW("a wait that is detached after it has received its message has taken it") {
  CHECK(story(code(detaches_a_settled_wait), "0", {"enqueued orders 1", "enqueued orders 2", "fired 3"})
            .ends_with("ends 2"));
}

LAW("a message that cannot be decoded is taken, and does not stop the queue") {
  CHECK(story(code(decodes), "null", {"enqueued orders 'x'", "enqueued orders 2"})
            .ends_with("ends 'malformed, then 2'"));
}

}  // namespace laws_of_queues
