// A history that does not match the code fails the execution, and says what both sides wanted.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_matching {

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

// One operation, chosen by the input; `here` is the line of most of them.
task<int> asks(ctx_t ctx, int choice) {
  if (choice == 0) co_await ctx.schedule_activity(step, 1);
  if (choice == 1) co_await ctx.schedule_activity(step, 1).with_tag("gpu").on_session("s");
  if (choice == 2) co_await ctx.schedule_timer(5ms);
  if (choice == 3) co_await ctx.wait_for_event(note);
  if (choice == 4) co_await ctx.dequeue_event(orders);
  if (choice == 5) co_await ctx.schedule_sub_orchestration(part, 1).with_id("c").with_version("2.0.0");
  if (choice == 6) ctx.start_orchestration(part, "d", 1);
  if (choice == 7) ctx.set_custom_status("busy");
  if (choice == 8) ctx.utc_now();
  if (choice == 9) ctx.new_guid();
  if (choice == 10) ctx.random();
  if (choice == 11) co_await ctx.schedule_sub_orchestration(part, 1);
  co_await ctx.wait_for_event(note);
  co_return choice;
}

constexpr std::string_view as_recorded[] = {
    "activity step 1",
    "activity step tag=gpu session=s 1",
    "timer @1",
    "wait note",
    "dequeue orders",
    "child part id=c version=2.0.0 1",
    "detached part id=d 1",
    "status other",
    "now @1",
    "guid g",
    "random 1",
    "child part id=i::sub::2 1",
};

// The message of the mismatch, or nothing if the history matches.
std::string mismatch(std::size_t choice, const std::string& recorded) {
  replay_kit kit(code(asks));
  bool goes_on = choice >= 6 && choice <= 10;  // and asks for the next thing in the same turn
  std::string started = "1 started it " + std::to_string(choice);
  if (goes_on)
    kit.given(started, "2 " + recorded, "3 wait note");
  else
    kit.given(started, "2 " + recorded);
  kit.when();
  if (!kit.ended()) return {};
  if (kit.error().kind != error_kind::nondeterminism) return "another failure: " + kit.outcome();
  return kit.error().message;
}

task<int> two_steps(ctx_t ctx) {
  int first = co_await ctx.schedule_activity(step, 1);
  int second = co_await ctx.schedule_activity(step, first);
  co_return second;
}

task<int> ends_at_once(ctx_t) { co_return 1; }

task<int> swallows(ctx_t ctx) {
  for (int i = 0; i < 3; ++i) {
    auto tried = co_await settle(ctx.schedule_activity(step, i));
    if (tried) co_return *tried;
  }
  co_return 0;
}

task<int> holds_a_child(ctx_t ctx) {
  auto early = ctx.start(ctx.schedule_sub_orchestration(part, 1));
  int value = co_await ctx.schedule_activity(step, 7);
  co_return value;
}

}  // namespace

LAW("each operation matches what it has recorded, and nothing that another has recorded") {
  for (std::size_t asked = 0; asked < std::size(as_recorded); ++asked) {
    for (std::size_t recorded = 0; recorded < std::size(as_recorded); ++recorded) {
      std::string found = mismatch(asked, std::string(as_recorded[recorded]));
      INFO("asked for " << as_recorded[asked] << ", recorded " << as_recorded[recorded] << ": " << found);
      CHECK(found.empty() == (asked == recorded));
    }
  }
}

LAW("activities match by name, input, tag and session") {
  for (const char* recorded : {"activity other tag=gpu session=s 1", "activity step tag=gpu session=s 2",
                               "activity step tag=cpu session=s 1", "activity step session=s 1",
                               "activity step tag=gpu session=t 1", "activity step tag=gpu 1"})
    CHECK_THAT(mismatch(1, recorded), Contains("nondeterministic"));
  CHECK_THAT(mismatch(0, "activity step tag=gpu 1"), Contains("with tag 'gpu'"));
  CHECK_THAT(mismatch(0, "activity step session=s 1"), Contains("on session 's'"));
}

LAW("children match by name, input, id and version; detached starts too") {
  for (const char* recorded :
       {"child other id=c version=2.0.0 1", "child part id=c version=2.0.0 2",
        "child part id=x version=2.0.0 1", "child part id=c version=1.0.0 1", "child part id=c 1"})
    CHECK_THAT(mismatch(5, recorded), Contains("nondeterministic"));
  for (const char* recorded : {"detached other id=d 1", "detached part id=x 1", "detached part id=d 2"})
    CHECK_THAT(mismatch(6, recorded), Contains("nondeterministic"));
}

LAW("waits match by name") {
  CHECK_THAT(mismatch(3, "wait other"),
             Contains("external_subscribed 'other'") && Contains("external_subscribed 'note'"));
  CHECK_THAT(mismatch(4, "dequeue other"), Contains("queue_subscribed 'other'"));
}

LAW("a mismatch tells both sides, the place in the code, the event, its time and the build that wrote it") {
  std::string found = mismatch(0, "activity reserve 7");
  CHECK_THAT(found, Contains("execution 1 of instance 'i'"));
  CHECK_THAT(found, Contains("the history has event 2, activity_scheduled 'reserve' with input 7, recorded "
                             "1970-01-01T00:00:00Z by build 'old build'"));
  CHECK_THAT(found,
             Contains("the code asked for activity_scheduled 'step' with input 1 at matching.cpp:24 (asks)"));
}

LAW("code that asks for more than history has is told where history ends") {
  replay_kit kit(code(two_steps));
  kit.given("1 started it null", "2 activity step 1", "3 completed 2 5");
  kit.when();
  CHECK_THAT(kit.error().message,
             Contains("the code asked for activity_scheduled 'step' with input 5 at matching.cpp:") &&
                 Contains("but the history ends before that, with event 3, activity_completed, recorded"));
}

LAW("a schedule event that the code does not ask for is a mismatch, whether it waits or has ended") {
  replay_kit waiting(code(two_steps));
  waiting.given("1 started it null", "2 activity step 1", "3 activity step 2");
  waiting.when();
  CHECK_THAT(waiting.error().message, Contains("the history has event 3, activity_scheduled 'step'") &&
                                          Contains("but the code waits without asking for it"));
  replay_kit ended(code(ends_at_once));
  ended.given("1 started it null", "2 activity step 1");
  ended.when();
  CHECK_THAT(ended.error().message, Contains("the history has event 2") && Contains("the code has ended"));
}

LAW("code that has ended ignores completions that are left in history") {
  replay_kit kit(code(ends_at_once));
  kit.given("1 started it null", "2 raised note 1", "3 message orders 1");
  kit.when();
  CHECK(kit.added() == "4 ends 1");
}

LAW("the code cannot catch a mismatch, and asks for nothing after it") {
  replay_kit kit(code(swallows));
  kit.given("1 started it null", "2 activity step 0", "3 failed 2 a", "4 activity step 5", "5 failed 4 b");
  kit.when();
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK(kit.last().activities.empty());
}

LAW("the failure stands behind all of the history, however early the mismatch is") {
  replay_kit kit(code(two_steps));
  kit.given("1 started it null", "2 timer @5", "3 fired 2", "4 activity step 1", "5 completed 4 1",
            "6 timer @9");
  kit.when("fired 6", "raised note 1");
  CHECK(kit.last().events.size() == 1);
  CHECK(kit.last().events[0].id == 7);
  CHECK(kit.messages() == "discarded 1 2");
}

LAW("a mismatch cancels all that history says is running") {
  replay_kit kit(code(holds_a_child));
  kit.given("1 started it null", "2 child part id=i::sub::2 1", "3 activity other 7", "4 child part id=x 1",
            "5 child part id=y 1", "6 child_completed 5 1", "7 timer @9", "8 activity step 1", "9 dropped 8");
  kit.when();
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK(kit.effects().starts_with(
      lines("cancel_activity 3", "cancel_timer 7", "cancel_child i::sub::2 x", "ends failed configuration")));
}

LAW("what the mismatching code drops on its way is cancelled too") {
  // The frame of the code is gone, and its child with it, when the mismatch is found.
  auto drops_first = +[](ctx_t ctx) -> task<int> {
    {
      auto early = ctx.start(ctx.schedule_sub_orchestration(part, 1));
      auto other = ctx.start(ctx.schedule_activity(step, 1));
    }
    co_return co_await ctx.schedule_activity(step, 2);
  };
  replay_kit kit(code(drops_first));
  kit.given("1 started it null", "2 child part id=i::sub::2 1", "3 activity step 1", "4 timer @9");
  kit.when();
  CHECK(kit.effects().starts_with(
      lines("cancel_activity 3", "cancel_timer 4", "cancel_child i::sub::2", "ends failed")));
}

LAW("long payloads are cut in messages") {
  std::string found = mismatch(0, "activity step '" + std::string(5000, 'x') + "'");
  CHECK_THAT(found, Contains("... (5002 bytes)"));
  CHECK(found.size() < 700);
}

}  // namespace laws_of_matching
