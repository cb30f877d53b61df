// verify_replay: code that decides by anything but its input and its context is found when it first runs.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_verification {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<int(int)> even{"even"};
constexpr activity<int(int)> odd{"odd"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

int global = 0;

task<int> other_activity(ctx_t ctx) {
  bool is_odd = ++global % 2 == 1;
  const auto& either = is_odd ? odd : even;
  co_return co_await ctx.schedule_activity(either, 1);
}

task<int> other_input_later(ctx_t ctx) {
  auto child = ctx.start(ctx.schedule_sub_orchestration(part, 1));
  auto loser = ctx.start(ctx.schedule_activity(step, 0));
  ctx.set_custom_status("waiting");
  co_await ctx.wait_for_event(note);
  ctx.set_custom_status("going wrong");
  ctx.start_orchestration(part, "other", 1);
  std::move(loser).detach();
  co_await ctx.schedule_activity(step, ++global);
  co_return 1;
}

task<int> more_or_less(ctx_t ctx) {
  if (++global % 2 == 0) co_await ctx.schedule_timer(5ms);
  co_return co_await ctx.wait_for_event(note);
}

task<int> other_result(ctx_t) { co_return ++global; }

task<int> other_failure(ctx_t) {
  if (++global > 0) throw std::runtime_error("attempt " + std::to_string(global));
  co_return 1;
}

task<int> other_continuation(ctx_t ctx) { co_return ctx.continue_as_new(++global); }

task<int> ends_or_waits(ctx_t ctx) {
  if (++global % 2 == 1) co_return 1;
  co_return co_await ctx.wait_for_event(note);
}

task<int> drops_later(ctx_t ctx) {
  {
    auto first = ctx.start(ctx.schedule_activity(step, 1));
    auto child = ctx.start(ctx.schedule_sub_orchestration(part, 1));
    co_await ctx.wait_for_event(note);
  }
  co_return co_await ctx.schedule_activity(step, ++global);
}

task<int> finishes_one(ctx_t ctx) {
  int first = co_await ctx.schedule_activity(step, 1);
  co_return co_await ctx.schedule_activity(step, first + ++global);
}

task<int> honest(ctx_t ctx, int n) {
  ctx.set_custom_status("begun");
  ctx.utc_now();
  std::string id = ctx.new_guid();
  auto first =
      co_await race(ctx.schedule_activity(step, n), ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
  auto both = co_await all(ctx.wait_for_event(note), ctx.schedule_sub_orchestration(part, 1));
  if (n > 0) co_return ctx.continue_as_new(n - 1);
  co_return static_cast<int>(first.index()) + std::get<0>(both);
}

constexpr kit_options verified{.verify_replay = true, .compare_cold = false};

}  // namespace

LAW("code that asks for something else is found in its first turn, and nothing of the turn remains") {
  global = 0;
  replay_kit kit(code(other_activity), verified);
  kit.start("null");
  CHECK(kit.events().size() == 2);
  CHECK(print(kit.events()[0]) == "1 started it null");
  CHECK(kit.events()[1].kind == event_kind::orchestration_failed);
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK(kit.error().category == error_category::configuration);
  CHECK_THAT(kit.error().message,
             Contains("activity_scheduled 'odd'") && Contains("activity_scheduled 'even'"));
  CHECK(kit.last().activities.empty());
}

LAW("without verification it is not found") {
  global = 0;
  replay_kit kit(code(other_activity), {.compare_cold = false});
  kit.start("null");
  CHECK(kit.effects() == "run 2");
}

LAW("code that asks for something else in a later turn is found there, and the turn is rolled back") {
  global = 0;
  replay_kit kit(code(other_input_later), verified);
  kit.start("null");
  CHECK(kit.effects() == lines("run 3", "child 2", "status waiting"));
  kit.when("raised note 1");
  REQUIRE(kit.last().events.size() == 1);
  CHECK(kit.last().events[0].id == 6);
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK(kit.effects().starts_with(lines("cancel_activity 3", "cancel_child i::sub::2", "ends failed")));
  CHECK(kit.messages() == "consumed 1");
}

LAW("what the rolled back turn had dropped or finished is not left running") {
  global = 0;
  replay_kit dropping(code(drops_later), verified);
  dropping.start("null");
  dropping.when("raised note 1");
  CHECK(dropping.effects().starts_with(lines("cancel_activity 2", "cancel_child i::sub::3", "ends failed")));
  replay_kit finishing(code(finishes_one), verified);
  finishing.start("null");
  finishing.when("completed 2 1");
  CHECK(finishing.effects().starts_with(lines("cancel_activity 2", "ends failed")));
  CHECK(finishing.messages() == "consumed 1");
}

LAW("code that asks for more, or for less, is found") {
  for (int before : {0, 1}) {
    global = before;
    replay_kit kit(code(more_or_less), verified);
    kit.start("null");
    CHECK(kit.outcome().starts_with("failed configuration/nondeterminism"));
  }
}

LAW("code that ends in another way is found: in result, failure, next input, or not at all") {
  for (auto how : {code(other_result), code(other_failure), code(other_continuation), code(ends_or_waits)}) {
    global = 0;
    replay_kit kit(how, verified);
    kit.start("null");
    INFO(kit.history());
    CHECK(kit.outcome().starts_with("failed configuration/nondeterminism"));
    CHECK(kit.events().size() == 2);
  }
}

LAW("after a rebuild verification goes on") {
  global = 0;
  replay_kit kit(code(drops_later), verified);
  kit.given("1 started it null", "2 activity step 1", "3 child part id=i::sub::3 1", "4 wait note");
  kit.when();
  CHECK_FALSE(kit.ended());
  kit.when("raised note 1");
  CHECK(kit.error().kind == error_kind::nondeterminism);
  CHECK(kit.last().events.back().id == 5);
}

LAW("honest code is never suspected") {
  for (bool evict : {false, true}) {
    replay_kit kit(code(honest), {.verify_replay = true, .evict = evict});
    kit.start("1");
    kit.when("enqueued orders 1", "enqueued orders 2", "completed 5 1", "raised note 1");
    kit.when("child_completed 12 1");
    kit.continues();
    kit.when("completed 5 1", "failed 5 1");
    kit.when("raised note 1", "child_completed 12 1");
    CHECK(kit.outcome() == "completed 2");
  }
}

LAW("verification and cancellation, failure of the system or a bad input do not disturb one another") {
  kit_options both{.verify_replay = true};
  replay_kit cancelled(code(honest), both);
  cancelled.start("1");
  cancelled.when("enqueued orders 1", "cancel stop");
  CHECK(cancelled.outcome() == "cancelled application/cancelled stop");
  replay_kit aborted(code(honest), both);
  aborted.start("1");
  aborted.when("failed 5 infrastructure/store_unavailable gone");
  CHECK(aborted.outcome() == "failed infrastructure/store_unavailable gone");
  replay_kit malformed(code(honest), both);
  malformed.start("'x'");
  CHECK(malformed.error().kind == error_kind::invalid_payload);
}

}  // namespace laws_of_verification
