// A cancel request beats whatever the code does in that turn, except a failure of the system.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_cancellation {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<int> steps(ctx_t ctx) {
  int first = co_await ctx.schedule_activity(step, 1);
  co_return co_await ctx.schedule_activity(step, first);
}

task<int> everything_open(ctx_t ctx) {
  auto each = co_await all(ctx.schedule_activity(step, 1), ctx.schedule_timer(5ms), ctx.wait_for_event(note),
                           ctx.dequeue_event(orders), ctx.schedule_sub_orchestration(part, 2));
  co_return std::get<0>(each);
}

task<int> returns_at_once(ctx_t ctx, int n) {
  ctx.start_orchestration(part, "independent", n);
  ctx.set_custom_status("busy");
  co_return n;
}

task<int> continues(ctx_t ctx, int n) { co_return ctx.continue_as_new(n); }

task<int> throws(ctx_t, int n) {
  if (n > 0) throw std::runtime_error("on its own");
  co_return n;
}

// Whatever the code catches, it cannot catch its cancellation.
task<int> clings(ctx_t ctx) {
  for (;;) {
    auto tried = co_await settle(ctx.schedule_activity(step, 1));
    if (!tried) co_await ctx.schedule_timer(5ms);
  }
}

}  // namespace

LAW("a cancelled execution ends with its reason, and all that is open is cancelled") {
  replay_kit kit(code(everything_open));
  kit.start("null");
  kit.when("cancel not needed");
  CHECK(kit.added() == lines("7 cancel_requested not needed", "8 ends_cancelled not needed"));
  CHECK(kit.effects() == lines("cancel_activity 2", "cancel_timer 3", "cancel_child i::sub::6",
                               "ends cancelled application/cancelled not needed"));
  CHECK(kit.error() == error_details{error_category::application, error_kind::cancelled, "not needed", "it"});
}

LAW("cancellation beats completion, failure and continue-as-new in its turn") {
  for (auto how : {code(returns_at_once), code(continues), code(throws)}) {
    replay_kit kit(how);
    kit.given("1 started it 1");
    kit.when("cancel stop");
    CHECK(kit.outcome() == "cancelled application/cancelled stop");
  }
}

LAW("cancellation before the first turn means that nothing starts, except what is independent") {
  replay_kit open(code(everything_open));
  open.given("1 started it null");
  open.when("cancel stop");
  CHECK(open.effects() == "ends cancelled application/cancelled stop");
  replay_kit kit(code(returns_at_once));
  kit.given("1 started it 1");
  kit.when("cancel stop");
  CHECK(kit.effects() == lines("detached 2", "status busy", "ends cancelled application/cancelled stop"));
}

LAW("what arrives before the cancel request counts, what arrives behind it does not") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("completed 2 1", "cancel stop", "completed 4 2", "raised note 1", "enqueued orders 1", "start");
  CHECK(kit.added() ==
        lines("3 completed 2 1", "4 activity step 1", "5 cancel_requested stop", "6 ends_cancelled stop"));
  CHECK(kit.effects() == lines("finished 2", "ends cancelled application/cancelled stop"));
  CHECK(kit.messages() == "consumed 1 2; discarded 3 4 6");  // the queue goes with the instance
}

LAW("the first of several reasons counts, and is recorded once") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("cancel first", "cancel second");
  CHECK(kit.added() == lines("3 cancel_requested first", "4 ends_cancelled first"));
  CHECK(kit.messages() == "consumed 1; discarded 2");
}

LAW("cancellation behind the last completion beats it") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("completed 2 1", "completed 4 2", "cancel stop");
  CHECK(kit.added() == lines("3 completed 2 1", "4 activity step 1", "5 completed 4 2",
                             "6 cancel_requested stop", "7 ends_cancelled stop"));
}

LAW("a request without a reason is a request") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("cancel");
  CHECK(kit.last().ends->status == runtime_status::cancelled);
  CHECK(kit.error().message == "");
}

LAW("the code cannot catch its cancellation") {
  replay_kit kit(code(clings));
  kit.start("null");
  kit.when("failed 2 a", "cancel stop");
  CHECK(kit.outcome() == "cancelled application/cancelled stop");
}

LAW("a failure of the system beats cancellation") {
  replay_kit kit(code(steps));
  kit.start("null");
  kit.when("failed 2 infrastructure/store_unavailable gone", "cancel stop");
  CHECK(kit.outcome() == "failed infrastructure/store_unavailable gone");
  replay_kit other(code(steps));
  other.given("1 started it null", "2 timer @5");
  other.when("cancel stop");
  CHECK(other.error().kind == error_kind::nondeterminism);
}

LAW("after continue-as-new a request that came behind it is for the next execution") {
  replay_kit kit(code(continues));
  kit.start("1");
  kit.continues({"cancel stop"});
  CHECK(kit.history() == lines("1 started it 1", "2 cancel_requested stop", "3 ends_cancelled stop"));
}

}  // namespace laws_of_cancellation
