// What is dropped is cancelled; what is started early, or let go, is not.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_dropping {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<void> one_of_each_dropped_later(ctx_t ctx) {
  {
    auto a = ctx.start(ctx.schedule_activity(step, 1));
    auto b = ctx.start(ctx.schedule_timer(5ms));
    auto c = ctx.start(ctx.schedule_sub_orchestration(part, 2));
    auto d = ctx.start(ctx.wait_for_event(note));
    auto e = ctx.start(ctx.dequeue_event(orders));
    co_await ctx.schedule_activity(step, 3);
  }
  co_await ctx.schedule_activity(step, 4);
}

task<int> one_of_each_dropped_at_once(ctx_t ctx) {
  {
    auto a = ctx.start(ctx.schedule_activity(step, 1));
    auto b = ctx.start(ctx.schedule_timer(5ms));
    auto c = ctx.start(ctx.schedule_sub_orchestration(part, 2));
  }
  co_return co_await ctx.schedule_activity(step, 4);
}

task<int> makes_calls_in_vain(ctx_t ctx) {
  {
    auto call = ctx.schedule_activity(step, 1);
    auto both = all(ctx.schedule_activity(step, 2), ctx.schedule_timer(5ms));
  }
  co_return 1;
}

task<int> awaits_later(ctx_t ctx) {
  auto early = ctx.start(ctx.schedule_activity(step, 1));
  int second = co_await ctx.schedule_activity(step, 2);
  int first = co_await std::move(early);
  co_return first * 10 + second;
}

task<int> detaches(ctx_t ctx) {
  auto loose = ctx.start(ctx.schedule_activity(step, 1));
  std::move(loose).detach();
  int second = co_await ctx.schedule_activity(step, 2);
  int third = co_await ctx.schedule_activity(step, 3);
  co_return second + third;
}

task<int> returns_with_open_operations(ctx_t ctx) {
  auto a = ctx.start(ctx.schedule_activity(step, 1));
  auto b = ctx.start(ctx.schedule_sub_orchestration(part, 2));
  auto c = ctx.start(ctx.schedule_timer(5ms));
  int result = co_await ctx.wait_for_event(note);
  if (result < 0) throw std::runtime_error("negative");
  co_return result;
}

task<int> waits_inside(ctx_t ctx, int n) {
  auto held = ctx.start(ctx.schedule_activity(step, n));
  co_await ctx.schedule_timer(5ms);
  co_return co_await std::move(held);
}

task<std::size_t> drops_a_task(ctx_t ctx) {
  auto first = co_await race(waits_inside(ctx, 1), ctx.wait_for_event(note));
  co_await ctx.schedule_activity(step, 9);
  co_return first.index();
}

}  // namespace

LAW("an operation whose future is destroyed is cancelled at that moment") {
  replay_kit kit(code(one_of_each_dropped_later));
  kit.start("null");
  CHECK(kit.effects() == lines("run 2 7", "child 4", "timer 3@1005"));
  kit.when("completed 7 0");
  // Destruction is in reverse.
  CHECK(kit.added() == lines("8 completed 7 0", "9 dropped 6", "10 dropped 5", "11 dropped 4", "12 dropped 3",
                             "13 dropped 2", "14 activity step 4"));
  CHECK(kit.effects() ==
        lines("run 14", "finished 7", "cancel_activity 2", "cancel_timer 3", "cancel_child i::sub::4"));
}

LAW("what is scheduled and dropped in one turn leaves its events and has no effect") {
  replay_kit kit(code(one_of_each_dropped_at_once));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1", "3 timer @1005",
                             "4 child part id=i::sub::4 2", "5 dropped 4", "6 dropped 3", "7 dropped 2",
                             "8 activity step 4"));
  CHECK(kit.effects() == "run 8");
}

LAW("a call that is never awaited nor started asks for nothing") {
  replay_kit kit(code(makes_calls_in_vain));
  kit.start("null");
  CHECK(kit.history() == lines("1 started it null", "2 ends 1"));
}

LAW("a started operation is scheduled when it is started, and awaited when the code comes to it") {
  CHECK(story(code(awaits_later), "null", {"completed 2 1", "completed 3 2"}).ends_with("ends 12"));
  CHECK(story(code(awaits_later), "null", {"completed 3 2", "completed 2 1"}).ends_with("ends 12"));
}

LAW("a started operation that has failed throws when it is awaited") {
  replay_kit kit(code(awaits_later));
  kit.start("null");
  kit.when("failed 2 broken");
  CHECK_FALSE(kit.ended());
  kit.when("completed 3 2");
  CHECK(kit.outcome() == "failed application/activity_failed broken");
}

LAW("a detached operation runs on, its outcome is recorded and nobody sees it") {
  replay_kit kit(code(detaches));
  kit.start("null");
  CHECK(kit.effects() == "run 2 3");
  kit.when("failed 2 who cares", "completed 3 1");
  CHECK(kit.added() == lines("4 failed 2 who cares", "5 completed 3 1", "6 activity step 3"));
  CHECK(kit.effects() == lines("run 6", "finished 2 3"));
  kit.when("completed 6 2");
  CHECK(kit.outcome() == "completed 3");
}

LAW("a detached operation ends with its orchestration") {
  replay_kit kit(code(detaches));
  kit.start("null");
  kit.when("completed 3 1");
  kit.when("completed 5 2");
  CHECK(kit.effects() == lines("finished 5", "cancel_activity 2", "ends completed 3"));
}

LAW("an ending cancels all that is open, whether the code returns or throws") {
  replay_kit returning(code(returns_with_open_operations));
  returning.start("null");
  returning.when("raised note 1");
  CHECK(returning.added() ==
        lines("6 raised note 1", "7 dropped 4", "8 dropped 3", "9 dropped 2", "10 ends 1"));
  CHECK(returning.effects() ==
        lines("cancel_activity 2", "cancel_timer 4", "cancel_child i::sub::3", "ends completed 1"));
  replay_kit throwing(code(returns_with_open_operations));
  throwing.start("null");
  throwing.when("raised note -1");
  CHECK(throwing.effects() ==
        lines("cancel_activity 2", "cancel_timer 4", "cancel_child i::sub::3", "ends failed negative"));
}

LAW("destroying a task destroys what it holds and what it awaits") {
  replay_kit kit(code(drops_a_task));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1", "3 timer @1005", "4 wait note"));
  kit.when("raised note 1");
  CHECK(kit.effects() == lines("run 8", "cancel_activity 2", "cancel_timer 3"));
  kit.when("completed 8 1");
  CHECK(kit.outcome() == "completed 1");
}

LAW("what code drops is not in question on replay: the events of drops are for the reader only") {
  replay_kit kit(code(one_of_each_dropped_at_once));
  kit.given("1 started it null", "2 activity step 1", "3 timer @1005", "4 child part id=i::sub::4 2",
            "5 dropped 2", "6 dropped 4", "7 dropped 3", "8 dropped 3", "9 activity step 4");
  kit.when("completed 9 1");
  CHECK(kit.outcome() == "completed 1");
}

}  // namespace laws_of_dropping
