// What each operation asks for, and how its outcome comes back.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_operations {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

constexpr activity<int(int)> twice{"twice"};
constexpr activity<std::string()> greet{"greet"};
constexpr orchestration<int(int)> part{"part"};
constexpr orchestration<void()> nightly{"nightly"};
constexpr event<std::string> approved{"approved"};
constexpr event_queue<int> orders{"orders"};

using ctx_t = orchestration_context;

task<int> returns_at_once(ctx_t, int n) { co_return n + 1; }

task<void> returns_nothing(ctx_t) { co_return; }

task<int> awaits_activity(ctx_t ctx, int n) {
  int doubled = co_await ctx.schedule_activity(twice, n);
  co_return doubled + 1;
}

task<std::string> awaits_tagged(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(greet).with_tag("gpu").on_session("s1");
}

task<json_text> awaits_by_name(ctx_t ctx, json_text input) {
  co_return co_await ctx.schedule_activity("a name with blanks", std::move(input));
}

task<void> awaits_timer(ctx_t ctx) { co_await ctx.schedule_timer(50ms); }

task<void> awaits_time(ctx_t ctx) {
  timestamp due{duration(700)};
  co_await ctx.schedule_timer(due);
}

task<std::string> awaits_event(ctx_t ctx) { co_return co_await ctx.wait_for_event(approved); }

task<int> awaits_message(ctx_t ctx) { co_return co_await ctx.dequeue_event(orders); }

task<int> awaits_child(ctx_t ctx, int n) { co_return co_await ctx.schedule_sub_orchestration(part, n); }

task<int> awaits_named_child(ctx_t ctx, int n) {
  co_return co_await ctx.schedule_sub_orchestration(part, n).with_id("mine").with_version("2.0.0");
}

task<void> starts_detached(ctx_t ctx, int n) {
  ctx.start_orchestration(part, "other", n);
  ctx.start_orchestration("nightly", "another", "null");
  co_return;
}

task<int> awaits_two(ctx_t ctx, int n) {
  int first = co_await ctx.schedule_activity(twice, n);
  co_await ctx.schedule_timer(10ms);
  int second = co_await ctx.schedule_activity(twice, n);
  co_return first * 100 + second;
}

task<std::string> catches(ctx_t ctx, int n) {
  std::string caught;
  try {
    co_await ctx.schedule_activity(twice, n);
  } catch (const activity_failed& e) {
    caught = e.what();
  }
  co_return caught;
}

task<std::string> catches_child(ctx_t ctx, int n) {
  std::string caught;
  try {
    co_await ctx.schedule_sub_orchestration(part, n);
  } catch (const sub_orchestration_failed& e) {
    caught = std::string(to_string(e.kind())) + ": " + e.what();
  }
  co_return caught;
}

}  // namespace

LAW("code that awaits nothing ends in its first turn") {
  replay_kit kit(code(returns_at_once));
  kit.start("7");
  CHECK(kit.history() == lines("1 started it 7", "2 ends 8"));
  CHECK(kit.effects() == "ends completed 8");
}

LAW("an orchestration without input and result has null as both") {
  replay_kit kit(code(returns_nothing));
  kit.start("null");
  CHECK(kit.history() == lines("1 started it null", "2 ends null"));
}

LAW("an awaited activity is scheduled, and its result is the value") {
  replay_kit kit(code(awaits_activity));
  kit.start("7");
  CHECK(kit.added() == lines("1 started it 7", "2 activity twice 7"));
  CHECK(kit.effects() == "run 2");
  kit.when("completed 2 14");
  CHECK(kit.added() == lines("3 completed 2 14", "4 ends 15"));
  CHECK(kit.effects() == lines("finished 2", "ends completed 15"));
  CHECK(kit.messages() == "consumed 1");
}

LAW("a turn without messages changes nothing") {
  replay_kit kit(code(awaits_activity));
  kit.start("7");
  kit.when();
  CHECK(kit.added() == "");
  CHECK(kit.effects() == "");
  CHECK(kit.history() == lines("1 started it 7", "2 activity twice 7"));
}

LAW("tag and session travel with the activity") {
  replay_kit kit(code(awaits_tagged));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity greet tag=gpu session=s1 null"));
  kit.when("completed 2 'hi'");
  CHECK(kit.outcome() == "completed 'hi'");
}

LAW("an activity by name takes and gives its payload untouched") {
  replay_kit kit(code(awaits_by_name));
  kit.start("[1, 'not parsed");
  CHECK(kit.last().events.at(1).name == "a name with blanks");
  CHECK(kit.last().events.at(1).data == "[1, \"not parsed");
  kit.when("completed 2 {half");
  CHECK(kit.outcome() == "completed {half");
}

LAW("a delay is counted from its turn, and the timer is over when it fires") {
  replay_kit kit(code(awaits_timer));
  kit.set_time(1000);
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 timer @1050"));
  CHECK(kit.effects() == "timer 2@1050");
  kit.when("fired 2");
  CHECK(kit.added() == lines("3 fired 2", "4 ends null"));
}

LAW("a time that has passed makes a timer that is due at once") {
  replay_kit kit(code(awaits_time));
  kit.set_time(1000);
  kit.start("null");
  CHECK(kit.effects() == "timer 2@700");
}

LAW("an external event ends the wait for it") {
  replay_kit kit(code(awaits_event));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 wait approved"));
  CHECK(kit.effects() == "");
  kit.when("raised approved 'yes'");
  CHECK(kit.added() == lines("3 raised approved 'yes'", "4 ends 'yes'"));
}

LAW("a queue message ends the wait for it") {
  replay_kit kit(code(awaits_message));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 dequeue orders"));
  kit.when("enqueued orders 5");
  CHECK(kit.added() == lines("3 message orders 5", "4 ends 5"));
}

LAW("a child gets an id from its parent and its place, and its output is the value") {
  replay_kit kit(code(awaits_child), {.instance = "p"});
  kit.start("3");
  CHECK(kit.added() == lines("1 started it 3", "2 child part id=p::sub::2 3"));
  CHECK(kit.effects() == "child 2");
  kit.when("child_completed 2 30");
  CHECK(kit.added() == lines("3 child_completed 2 30", "4 ends 30"));
}

LAW("children of a later execution cannot meet those of an earlier one") {
  replay_kit kit(code(awaits_child), {.instance = "p", .execution = 3});
  kit.start("3");
  CHECK(kit.added() == lines("1 started it 3", "2 child part id=p::sub::3::2 3"));
}

LAW("an explicit child id and version are used as they are") {
  replay_kit kit(code(awaits_named_child));
  kit.start("3");
  CHECK(kit.added() == lines("1 started it 3", "2 child part id=mine version=2.0.0 3"));
}

LAW("a detached start has an effect and no outcome") {
  replay_kit kit(code(starts_detached));
  kit.start("3");
  CHECK(kit.added() == lines("1 started it 3", "2 detached part id=other 3",
                             "3 detached nightly id=another null", "4 ends null"));
  CHECK(kit.effects() == lines("detached 2 3", "ends completed null"));
}

LAW("operations one after the other take one turn each") {
  replay_kit kit(code(awaits_two));
  kit.start("7");
  kit.when("completed 2 1");
  CHECK(kit.added() == lines("3 completed 2 1", "4 timer @1010"));
  CHECK(kit.effects() == lines("timer 4@1010", "finished 2"));
  kit.when("fired 4");
  kit.when("completed 6 2");
  CHECK(kit.history() == lines("1 started it 7", "2 activity twice 7", "3 completed 2 1", "4 timer @1010",
                               "5 fired 4", "6 activity twice 7", "7 completed 6 2", "8 ends 102"));
}

LAW("how arrivals are batched leaves no trace") {
  CHECK(story(code(awaits_two), "7", {"completed 2 1", "fired 4", "completed 6 2"}).ends_with("8 ends 102"));
}

LAW("the failure of an activity reaches the code as an exception") {
  replay_kit kit(code(catches));
  kit.start("7");
  kit.when("failed 2 out of stock");
  CHECK(kit.added() == lines("3 failed 2 out of stock", "4 ends 'out of stock'"));
  CHECK(kit.effects() == lines("finished 2", "ends completed 'out of stock'"));
}

LAW("a failure that nobody catches fails the orchestration and keeps its kind") {
  replay_kit kit(code(awaits_activity));
  kit.start("7");
  kit.when("failed 2 application/timed_out too slow");
  CHECK(kit.added() ==
        lines("3 failed 2 application/timed_out too slow", "4 ends_failed application/timed_out too slow"));
}

LAW("the failure of a child reaches the code as an exception, and so does its cancellation") {
  replay_kit failing(code(catches_child));
  failing.start("7");
  failing.when("child_failed 2 no luck");
  CHECK(failing.outcome() == "completed 'orchestration_failed: no luck'");
  replay_kit cancelled(code(catches_child));
  cancelled.start("7");
  cancelled.when("child_failed 2 application/cancelled not needed");
  CHECK(cancelled.outcome() == "completed 'cancelled: not needed'");
}

LAW("a history in which everything is done ends in the next turn") {
  replay_kit kit(code(awaits_activity));
  kit.given("1 started it 7", "2 activity twice 7", "3 completed 2 14");
  kit.when();
  CHECK(kit.added() == "4 ends 15");
}

LAW("a history of event 1 alone runs its first turn live") {
  replay_kit kit(code(awaits_activity));
  kit.given("1 started it 7");
  kit.when();
  CHECK(kit.added() == "2 activity twice 7");
  CHECK(kit.effects() == "run 2");
}

}  // namespace laws_of_operations
