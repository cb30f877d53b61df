// The execution behind a continue-as-new: what is left of the one before does not disturb it.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_next_execution {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};

// Retries with a deadline in each of two executions.
task<int> retries_twice(ctx_t ctx, int round) {
  retry_policy policy = retry_policy(2).with_backoff(backoff::fixed(10ms)).with_attempt_timeout(50ms);
  int value = co_await ctx.schedule_activity(step, round).with_retry(policy);
  if (round == 0) co_return ctx.continue_as_new(1);
  co_return value;
}

// Everything that can be started in one turn, and then the end of it.
task<int> starts_everything(ctx_t ctx, std::string how) {
  if (how == "wait") co_await ctx.wait_for_event(note);
  auto a = ctx.start(ctx.schedule_activity(step, 1));
  auto b = ctx.start(ctx.schedule_timer(5ms));
  auto c = ctx.start(ctx.schedule_sub_orchestration(part, 2));
  ctx.start_orchestration(part, "independent", 3);
  ctx.set_custom_status("left");
  ctx.set_kv_value("key", 1);
  if (how == "continue") co_await ctx.continue_as_new("wait");
  if (how == "throw") throw std::runtime_error("broken");
  co_return 0;
}

task<int> waits_for_child(ctx_t ctx, int round) {
  if (round < 2) co_return ctx.continue_as_new(round + 1);
  co_return co_await ctx.schedule_sub_orchestration(part, round);
}

}  // namespace

LAW("late results and timers of an execution do not disturb the retries of the next") {
  replay_kit kit(code(retries_twice));
  kit.start("0");
  kit.when("failed 2 busy", "fired 6", "completed 8 1");
  REQUIRE(kit.continued());
  kit.continues({"exec=1 fired 3", "exec=1 completed 2 9", "exec=1 failed 8 no", "exec=1 fired 9"});
  CHECK(kit.history() == lines("1 started it 1", "2 activity step 1", "3 timer @1050"));
  kit.when("exec=1 fired 3", "failed 2 busy", "exec=1 fired 6", "fired 6", "exec=1 completed 8 9");
  kit.when("completed 8 7");
  CHECK(kit.outcome() == "completed 7");
}

LAW("of what an ending turn starts, the independent goes out and the rest never begins, whatever the end") {
  for (const char* how : {"continue", "throw", "return"}) {
    replay_kit kit(code(starts_everything));
    kit.start("'" + std::string(how) + "'");
    REQUIRE(kit.ended());
    CHECK(kit.effects().starts_with(lines("detached 5", "status left", "kv_set key 1", "ends ")));
  }
}

LAW("what a turn starts in front of a cancel request never begins, except what is independent") {
  replay_kit kit(code(starts_everything));
  kit.given("1 started it 'wait'", "2 wait note");
  kit.when("cancel stop");
  CHECK(kit.effects() == "ends cancelled application/cancelled stop");
  replay_kit behind(code(+[](ctx_t ctx) -> task<int> {
    co_await ctx.wait_for_event(note);
    ctx.start_orchestration(part, "independent", 3);
    co_return co_await ctx.schedule_activity(step, 1);
  }));
  behind.start("null");
  behind.when("raised note 1", "cancel stop");
  CHECK(behind.effects() == lines("detached 4", "ends cancelled application/cancelled stop"));
}

LAW("a child of a later execution is awaited by it, and answers for an earlier one come to nothing") {
  replay_kit kit(code(waits_for_child));
  kit.start("0");
  kit.continues();
  kit.continues();
  CHECK(kit.added() == lines("1 started it 2", "2 child part id=i::sub::3::2 2"));
  kit.when("exec=1 child_completed 2 5", "exec=2 child_completed 2 6");
  CHECK(kit.messages() == "discarded 1 2");
  kit.when("child_completed 2 7");
  CHECK(kit.outcome() == "completed 7");
}

}  // namespace laws_of_next_execution
