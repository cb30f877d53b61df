// Late, duplicate and contradictory messages are dropped.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_stale_messages {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};

task<int> one_of_each(ctx_t ctx) {
  int a = co_await ctx.schedule_activity(step, 1);
  co_await ctx.schedule_timer(5ms);
  int c = co_await ctx.schedule_sub_orchestration(part, 2);
  co_await ctx.schedule_activity(step, 3);
  co_return a + c;
}

task<int> steps(ctx_t ctx) {
  int first = co_await ctx.schedule_activity(step, 1);
  int second = co_await ctx.schedule_activity(step, 2);
  co_return 10 * first + second;
}

task<int> ends_early(ctx_t ctx) {
  auto loser = ctx.start(ctx.schedule_activity(step, 1));
  co_return co_await ctx.wait_for_event(note);
}

// Gives each message to code that is at its last step, where all sources but 8 are answered.
std::string answered(const std::string& late) {
  replay_kit kit(code(one_of_each));
  kit.start("null");
  kit.when("completed 2 1", "fired 4", "child_completed 6 2");
  kit.when(late);
  return kit.messages() + kit.added() + kit.effects();
}

}  // namespace

LAW("a completion that arrives twice enters history once") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("completed 2 1", "completed 2 1");
  CHECK(kit.added() == lines("3 completed 2 1", "4 activity step 2"));
  CHECK(kit.messages() == "consumed 1; discarded 2");
  kit.when("completed 2 1");
  CHECK(kit.added() == "");
  CHECK(kit.messages() == "discarded 3");
}

LAW("what contradicts an earlier completion is dropped, in any combination") {
  const char* late[] = {"completed 2 9",
                        "failed 2 no",
                        "fired 4",
                        "child_completed 6 9",
                        "child_failed 6 no",
                        "failed 2 infrastructure/store_unavailable no",
                        "failed 4 no",
                        "completed 4 1",
                        "fired 2",
                        "fired 6",
                        "child_completed 2 9",
                        "child_completed 4 9",
                        "completed 6 9",
                        "child_failed 2 no",
                        "failed 6 poison/attempts_exhausted no"};
  for (const char* message : late) CHECK(answered(message) == "discarded 4");
}

LAW("an answer of the wrong kind to an open operation is dropped") {
  for (const char* message : {"fired 8", "child_completed 8 1", "child_failed 8 no"})
    CHECK(answered(message) == "discarded 4");
}

LAW("an answer to what was never asked is dropped") {
  for (const char* message :
       {"completed 1 1", "completed 0 1", "completed 9 1", "fired 99", "child_completed 3 1"})
    CHECK(answered(message) == "discarded 4");
}

LAW("a message for another execution is dropped, an earlier or a later one") {
  replay_kit kit(code(steps), {.execution = 2});
  kit.start("null");
  kit.when("exec=1 completed 2 1", "exec=3 completed 2 1", "exec=1 raised note 1", "exec=1 cancel no");
  CHECK(kit.added() == "");
  CHECK(kit.messages() == "discarded 1 2 3 4");
  kit.when("exec=2 completed 2 1");
  CHECK(kit.added() == lines("3 completed 2 1", "4 activity step 2"));
}

LAW("a start message for the current execution is consumed and does nothing") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("start");
  CHECK(kit.added() == "");
  CHECK(kit.messages() == "consumed 1");
}

LAW("an answer that history has already is dropped after a rebuild too") {
  replay_kit kit(code(one_of_each));
  kit.given("1 started it null", "2 activity step 1", "3 completed 2 1", "4 timer @1005");
  kit.when("completed 2 5", "fired 4");
  CHECK(kit.messages() == "consumed 2; discarded 1");
}

LAW("what arrives behind the end is dropped, but for queue messages, which go with their queue") {
  replay_kit kit(code(ends_early));
  kit.start("null");
  kit.when("raised note 1", "completed 2 1", "raised note 2", "enqueued orders 3", "start");
  CHECK(kit.outcome() == "completed 1");
  CHECK(kit.added() == lines("4 raised note 1", "5 dropped 2", "6 ends 1"));
  CHECK(kit.messages() == "consumed 1 5; discarded 2 3");
}

LAW("a completion that replay finds for what the code does not wait for is a mismatch") {
  replay_kit kit(code(steps));
  kit.given("1 started it null", "2 activity step 1", "3 completed 2 1", "4 activity step 2",
            "5 completed 2 1");
  kit.when();
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK_THAT(kit.error().message, Catch::Contains("event 5, activity_completed") &&
                                      Catch::Contains("the code does not wait for event 2"));
}

}  // namespace laws_of_stale_messages
