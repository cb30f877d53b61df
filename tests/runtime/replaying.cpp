// Code over a stored history: what history says is what the code gets, and nothing is asked for twice.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_replaying {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

// One operation, chosen by the input.
task<int> awaits_one(ctx_t ctx, int choice) {
  int got = 0;
  if (choice == 0) got = co_await ctx.schedule_activity(step, 1);
  if (choice == 1) co_await ctx.schedule_timer(5ms);
  if (choice == 2) got = co_await ctx.wait_for_event(note);
  if (choice == 3) got = co_await ctx.dequeue_event(orders);
  if (choice == 4) got = co_await ctx.schedule_sub_orchestration(part, 1);
  co_return got;
}

struct recorded_operation {
  const char* scheduled;
  const char* done;
  const char* ends;
};

constexpr recorded_operation operations[] = {
    {"2 activity step 1", "3 completed 2 7", "ends 7"},
    {"2 timer @1005", "3 fired 2", "ends 0"},
    {"2 wait note", "3 raised note 7", "ends 7"},
    {"2 dequeue orders", "3 message orders 7", "ends 7"},
    {"2 child part id=i::sub::2 1", "3 child_completed 2 7", "ends 7"},
};

std::string started_with(std::size_t choice) { return "1 started it " + std::to_string(choice); }

task<int> steps_and_timers(ctx_t ctx, int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    int next = co_await ctx.schedule_activity(step, 1);
    sum = 10 * sum + next;
    if (i % 2 == 0) co_await ctx.schedule_timer(5ms);
  }
  co_return sum;
}

task<int> detaches_then_steps(ctx_t ctx) {
  ctx.start_orchestration(part, "other", 1);
  int first = co_await ctx.schedule_activity(step, 1);
  ctx.start_orchestration(part, "another", first);
  co_return co_await ctx.schedule_activity(step, 2);
}

task<int> all_in_turn(ctx_t ctx) {
  int a = co_await ctx.schedule_activity(step, 1);
  co_await ctx.schedule_timer(5ms);
  int b = co_await ctx.schedule_sub_orchestration(part, 2);
  co_return 10 * a + b;
}

task<int> two_steps(ctx_t ctx) {
  int first = co_await ctx.schedule_activity(step, 1);
  co_return co_await ctx.schedule_activity(step, first);
}

// The error of code that meets this history, or nothing if it goes on.
template <class Code, class... Line> std::string failure_of(Code* function, const Line&... history) {
  replay_kit kit(code(function));
  kit.given(history...);
  kit.when();
  if (!kit.ended()) return {};
  return std::string(to_string(kit.error().kind)) + ": " + kit.error().message;
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

// Asks for the same activity until one of them cannot be written.
task<std::string> passes_on_nested(ctx_t ctx) {
  std::string told = "read";
  for (int i = 0; i < 2; ++i) {
    try {
      co_await ctx.schedule_activity("reads", json_text(nested(limits::payload_depth + 1)));
    } catch (const limit_error&) {
      told = "refused";
    }
  }
  co_await ctx.wait_for_event(note);
  co_return told;
}

}  // namespace

LAW("what is done in history is not asked for again, and its outcome is what the code gets") {
  for (std::size_t choice = 0; choice < std::size(operations); ++choice) {
    const auto& [scheduled, done, ends] = operations[choice];
    replay_kit kit(code(awaits_one));
    kit.given(started_with(choice), scheduled, done);
    kit.when();
    CHECK(kit.added() == "4 " + std::string(ends));
    CHECK(kit.effects().starts_with("ends completed"));
  }
}

LAW("what is under way in history is awaited, and not asked for again") {
  for (std::size_t choice = 0; choice < std::size(operations); ++choice) {
    replay_kit kit(code(awaits_one));
    kit.given(started_with(choice), operations[choice].scheduled);
    kit.when();
    CHECK(kit.added() == "");
    CHECK(kit.effects() == "");
    CHECK_FALSE(kit.ended());
  }
}

LAW("a failure in history is thrown where the code awaits it") {
  replay_kit activity(code(awaits_one));
  activity.given("1 started it 0", "2 activity step 1", "3 failed 2 out of stock");
  activity.when();
  CHECK(activity.outcome() == "failed application/activity_failed out of stock");
  replay_kit child(code(awaits_one));
  child.given("1 started it 4", "2 child part id=i::sub::2 1", "3 child_failed 2 no luck");
  child.when();
  CHECK(child.outcome() == "failed no luck");
}

LAW("behind what is done the code goes on, one step further") {
  replay_kit kit(code(steps_and_timers));
  kit.given("1 started it 2", "2 activity step 1");
  kit.when("completed 2 4");
  CHECK(kit.added() == lines("3 completed 2 4", "4 timer @1005"));
  replay_kit later(code(steps_and_timers));
  later.given("1 started it 2", "2 activity step 1", "3 completed 2 4", "4 timer @1005");
  later.when("fired 4");
  CHECK(later.added() == lines("5 fired 4", "6 activity step 1"));
}

LAW("a history that ends with an answer, and not with what the code asks for then, was written by other "
    "code") {
  CHECK_THAT(failure_of(two_steps, "1 started it null", "2 activity step 1", "3 completed 2 4"),
             Contains("nondeterminism") && Contains("the history ends before that, with event 3"));
}

LAW("equal calls get each its own result, over many turns and rebuilds") {
  std::vector<std::string> script;
  std::uint64_t event_id = 2;
  for (int i = 0; i < 9; ++i) {
    script.push_back("completed " + std::to_string(event_id) + " " + std::to_string(i + 1));
    if (i % 2 == 0) script.push_back("fired " + std::to_string(event_id += 2));
    event_id += 2;
  }
  CHECK(story(code(steps_and_timers), "9", script).ends_with("ends 123456789"));
}

LAW("a detached start is passed over on replay, and not made again") {
  CHECK(story(code(detaches_then_steps), "null", {"completed 3 7", "completed 6 8"}) ==
        lines("1 started it null", "2 detached part id=other 1", "3 activity step 1", "4 completed 3 7",
              "5 detached part id=another 7", "6 activity step 2", "7 completed 6 8", "8 ends 8"));
  CHECK_THAT(failure_of(two_steps, "1 started it null", "2 detached part id=other 1", "3 activity step 1"),
             Contains("nondeterminism") && Contains("orchestration_detached 'part'"));
  CHECK_THAT(failure_of(detaches_then_steps, "1 started it null", "2 detached other id=other 1",
                        "3 activity step 1"),
             Contains("nondeterminism") && Contains("orchestration_detached 'other'"));
}

LAW("a request to cancel that history has already ends the execution in its next turn") {
  replay_kit kit(code(two_steps));
  kit.given("1 started it null", "2 activity step 1", "3 cancel_requested stop");
  kit.when("completed 2 1");
  CHECK(kit.outcome() == "cancelled application/cancelled stop");
  CHECK(kit.added() == "4 ends_cancelled stop");
}

LAW("what comes before it was asked for, or was never asked for, is a mismatch") {
  for (const char* orphan : {"2 completed 3 1", "2 failed 3 no", "2 fired 3", "2 child_completed 3 1"})
    CHECK_THAT(failure_of(two_steps, "1 started it null", orphan, "3 activity step 1"),
               Contains("nondeterminism") && Contains("the history has event 2"));
  for (const char* orphan : {"3 completed 9 1", "3 failed 9 no", "3 fired 9", "3 child_completed 9 1"})
    CHECK_THAT(failure_of(two_steps, "1 started it null", "2 activity step 1", orphan),
               Contains("nondeterminism") && Contains("the code does not wait for event 9"));
}

LAW("a second answer in history, of whatever kind, is a mismatch") {
  for (const char* second :
       {"9 completed 2 1", "9 failed 2 no", "9 fired 4", "9 child_completed 6 1", "9 child_failed 6 no"}) {
    replay_kit kit(code(+[](ctx_t ctx) -> task<int> {
      int sum = co_await all_in_turn(ctx);
      co_return sum + co_await ctx.wait_for_event(note);
    }));
    kit.given("1 started it null", "2 activity step 1", "3 completed 2 1", "4 timer @1005", "5 fired 4",
              "6 child part id=i::sub::6 2", "7 child_completed 6 2", "8 wait note", second);
    kit.when();
    CHECK(kit.error().kind == error_kind::nondeterminism);
    CHECK_THAT(kit.error().message, Contains("the history has event 9"));
  }
}

LAW("operations that history has twice and the code asks for once are a mismatch") {
  for (std::size_t choice = 0; choice < 5; ++choice) {
    std::string twice = "3" + std::string(operations[choice].scheduled).substr(1);
    if (choice == 4) twice = "3 child part id=i::sub::3 1";
    CHECK_THAT(failure_of(awaits_one, started_with(choice), operations[choice].scheduled, twice),
               Contains("nondeterminism") && Contains("the history has event 3"));
  }
}

LAW("an event that nobody asked for is no mismatch: anybody may raise one") {
  replay_kit kit(code(two_steps));
  kit.given("1 started it null", "2 activity step 1", "3 raised note 1");
  kit.when("completed 2 7");
  CHECK(kit.added() == lines("4 completed 2 7", "5 activity step 7"));
}

LAW("a queue message that was recorded was waited for") {
  CHECK_THAT(failure_of(two_steps, "1 started it null", "2 activity step 1", "3 message orders 1"),
             Contains("nondeterminism") && Contains("the history has event 3, queue_message 'orders'") &&
                 Contains("the code does not wait for a message of that queue"));
}

LAW("a payload that is too deep is read back from a history that has it, and written by no other") {
  replay_kit fresh(code(passes_on_nested), {.verify_replay = true});
  fresh.start("null");
  fresh.when("raised note 1");
  CHECK(fresh.outcome() == "completed 'refused'");

  replay_kit old(code(passes_on_nested));
  const std::string deep = nested(limits::payload_depth + 1);
  old.given("1 started it null", "2 activity reads " + deep);
  old.when("completed 2 1");
  old.when("raised note 1");
  CHECK(old.outcome() == "completed 'refused'");

  replay_kit whole(code(passes_on_nested));
  whole.given("1 started it null", "2 activity reads " + deep, "3 completed 2 1", "4 activity reads " + deep);
  whole.when("completed 4 1");
  whole.when("raised note 1");
  CHECK(whole.outcome() == "completed 'read'");
}

}  // namespace laws_of_replaying
