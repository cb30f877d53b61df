// Tasks as building blocks: steps of one kind and another, side by side and one after the other.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_blocks {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<std::string(std::string)> say{"say"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<std::string> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<int> step_twice(ctx_t ctx, int n) {
  int first = co_await ctx.schedule_activity(step, n);
  co_return co_await ctx.schedule_activity(step, first);
}

task<int> step_if_odd(ctx_t ctx, int n) {
  if (n % 2 == 0) co_return -1;
  co_return co_await ctx.schedule_activity(step, n);
}

task<int> timer_then_step(ctx_t ctx, int n) {
  co_await ctx.schedule_timer(duration(n));
  co_return co_await ctx.schedule_activity(step, n);
}

task<int> child_then_step(ctx_t ctx, int n) {
  int from_child = co_await ctx.schedule_sub_orchestration(part, n);
  co_return co_await ctx.schedule_activity(step, from_child);
}

task<std::string> three_blocks(ctx_t ctx) {
  auto each = co_await all(step_twice(ctx, 1), step_if_odd(ctx, 2), timer_then_step(ctx, 5));
  co_return std::to_string(std::get<0>(each)) + " " + std::to_string(std::get<1>(each)) + " " +
      std::to_string(std::get<2>(each));
}

task<int> one_after_the_other(ctx_t ctx) {
  int first = co_await step_twice(ctx, 1);
  int second = co_await timer_then_step(ctx, first);
  co_return co_await child_then_step(ctx, second);
}

task<std::string> quick_step_and_slow_block(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_activity(step, 1), child_then_step(ctx, 2));
  int value = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
  co_return std::to_string(first.index()) + " gives " + std::to_string(value);
}

task<int> fans_out(ctx_t ctx) {
  auto each = co_await all(ctx.schedule_activity(step, 1), ctx.schedule_activity(step, 2),
                           ctx.schedule_activity(step, 3));
  co_return std::get<0>(each) + std::get<1>(each) + std::get<2>(each);
}

task<std::size_t> work_or_timeout(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_timer(1h), fans_out(ctx));
  co_return first.index();
}

task<int> children_and_timer(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_sub_orchestration(part, 1).with_id("fast"),
                             ctx.schedule_sub_orchestration(part, 2).with_id("slow"), ctx.schedule_timer(1h));
  co_return static_cast<int>(first.index());
}

task<std::string> one_of_each(ctx_t ctx) {
  auto each = co_await all(ctx.schedule_activity(step, 1), ctx.wait_for_event(note), ctx.schedule_timer(5ms),
                           ctx.dequeue_event(orders), ctx.schedule_sub_orchestration(part, 2));
  co_return "a=" + std::to_string(std::get<0>(each)) + " evt=" + std::get<1>(each) +
      " q=" + std::to_string(std::get<3>(each)) + " c=" + std::to_string(std::get<4>(each));
}

task<std::string> typed_and_by_name(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_activity(say, "hi"), ctx.schedule_activity("raw", json_text("[")));
  co_return first.index() == 0 ? std::get<0>(first) : std::get<1>(first).text();
}

task<int> quick_then_next(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_activity(step, 1), ctx.schedule_timer(1h));
  int value = first.index() == 0 ? std::get<0>(first) : -1;
  co_return co_await ctx.schedule_activity(step, value);
}

// Waits for answers of both kinds, with work in between.
task<std::string> both_kinds(ctx_t ctx) {
  std::string seen;
  for (int i = 0; i < 3; ++i) {
    auto first = co_await race(ctx.wait_for_event(note), ctx.dequeue_event(orders));
    seen += first.index() == 0 ? std::get<0>(first) : std::to_string(std::get<1>(first));
    co_await ctx.schedule_activity(step, i);
  }
  auto last = co_await all(ctx.wait_for_event(note), ctx.dequeue_event(orders));
  co_return seen + std::get<0>(last) + std::to_string(std::get<1>(last));
}

}  // namespace

LAW("blocks side by side give their results in argument order, however they interleave") {
  CHECK(story(code(three_blocks), "null", {"completed 2 4", "fired 3", "completed 7 6", "completed 5 8"})
            .ends_with("ends '8 -1 6'"));
  CHECK(story(code(three_blocks), "null", {"fired 3", "completed 5 6", "completed 2 4", "completed 8 8"})
            .ends_with("ends '8 -1 6'"));
}

LAW("blocks one after the other hand on what they made") {
  CHECK(story(code(one_after_the_other), "null",
              {"completed 2 3", "completed 4 9", "fired 6", "completed 8 4", "child_completed 10 5",
               "completed 12 6"}) == lines("1 started it null", "2 activity step 1", "3 completed 2 3",
                                           "4 activity step 3", "5 completed 4 9", "6 timer @1009",
                                           "7 fired 6", "8 activity step 9", "9 completed 8 4",
                                           "10 child part id=i::sub::10 4", "11 child_completed 10 5",
                                           "12 activity step 5", "13 completed 12 6", "14 ends 6"));
}

LAW("of a step and a block the one that is done first wins, and the other is cancelled") {
  replay_kit step_wins(code(quick_step_and_slow_block));
  step_wins.start("null");
  step_wins.when("completed 2 7");
  CHECK(step_wins.effects() == lines("finished 2", "cancel_child i::sub::3", "ends completed '0 gives 7'"));
  CHECK(story(code(quick_step_and_slow_block), "null",
              {"child_completed 3 5", "completed 5 6", "completed 2 7"})
            .ends_with("ends '1 gives 6'"));
}

LAW("a block of several steps beats a timer only when all of them are done") {
  CHECK(story(code(work_or_timeout), "null", {"completed 3 1", "completed 5 1", "completed 4 1"})
            .ends_with("ends 1"));
  replay_kit late(code(work_or_timeout));
  late.start("null");
  late.when("completed 3 1", "completed 5 1", "fired 2", "completed 4 1");
  CHECK(late.effects() == lines("finished 3 5", "cancel_activity 4", "ends completed 0"));
}

LAW("the child that lost is cancelled, the timer too, and the answer of the loser comes to nothing") {
  replay_kit kit(code(children_and_timer));
  kit.start("null");
  kit.when("child_completed 2 1", "child_completed 3 2", "fired 4");
  CHECK(kit.effects() == lines("cancel_timer 4", "cancel_child slow", "ends completed 0"));
  CHECK(kit.messages() == "consumed 1; discarded 2 3");
}

LAW("one of each kind is joined, in every order of arrival") {
  std::vector<std::string> arrivals = {"child_completed 6 4", "completed 2 1", "enqueued orders 3", "fired 4",
                                       "raised note 'P'"};
  std::size_t orders_tried = 0;
  do {
    CHECK(story(code(one_of_each), "null", arrivals).ends_with("ends 'a=1 evt=P q=3 c=4'"));
    ++orders_tried;
  } while (std::ranges::next_permutation(arrivals).found);
  CHECK(orders_tried == 120);
}

LAW("typed calls and calls by name race one another") {
  CHECK(story(code(typed_and_by_name), "null", {"completed 2 'hi'"}).ends_with("ends 'hi'"));
  CHECK(story(code(typed_and_by_name), "null", {"completed 3 ["}).ends_with("ends '['"));
}

LAW("behind a race whose timer lost the code goes on, and the timer is gone") {
  replay_kit kit(code(quick_then_next));
  kit.start("null");
  kit.when("completed 2 7");
  CHECK(kit.effects() == lines("run 6", "finished 2", "cancel_timer 3"));
  kit.when("fired 3", "completed 6 9");
  CHECK(kit.messages() == "consumed 3; discarded 2");
  CHECK(kit.outcome() == "completed 9");
}

LAW("events and messages alternate over many turns, and each is received by the wait for it") {
  CHECK(story(code(both_kinds), "null",
              {"raised note 'a'", "completed 6 0", "enqueued orders 5", "completed 12 0", "enqueued orders 6",
               "completed 18 0", "raised note 'z'", "enqueued orders 7"})
            .ends_with("ends 'a56z7'"));
}

}  // namespace laws_of_blocks
