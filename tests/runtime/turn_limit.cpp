// A turn that asks for more than one turn may.
#include "duroxide/combinators.hpp"
#include "runtime/replay_verification.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_turn_limit {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr activity<int(std::string)> sink{"sink"};
constexpr activity<int(int)> step{"step"};
constexpr event<std::string> note{"note"};

using ctx_t = orchestration_context;

task<int> fans_out(ctx_t ctx, int width) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(sink, std::string(1000, 'x')));
  co_await all(std::move(calls));
  co_return width;
}

task<int> fans_out_late(ctx_t ctx, int width) {
  auto beside = ctx.start(ctx.schedule_activity(step, 1));
  auto timer = ctx.start(ctx.schedule_timer(1h));
  co_await ctx.schedule_activity(step, 2);
  ctx.set_custom_status("wide");
  int done = co_await fans_out(ctx, width);
  co_await std::move(beside);
  co_await std::move(timer);
  co_return done;
}

task<std::string> returns_much(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  co_return std::string(20'000, 'x');
}

task<std::string> goes_on_with_much(ctx_t ctx) {
  co_await ctx.schedule_timer(5ms);
  co_return ctx.continue_as_new(json_text(std::string(20'000, '1')));
}

task<int> waits_for_a_note(ctx_t ctx) {
  co_await ctx.wait_for_event(note);
  co_return 1;
}

// As wide as three portions, each asked for when its timer fires.
task<int> fans_out_by_timers(ctx_t ctx) {
  std::vector<task<int>> portions;
  for (int i = 0; i < 3; ++i)
    portions.push_back([](ctx_t inner) -> task<int> {
      co_await inner.schedule_timer(5ms);
      co_return co_await inner.schedule_activity(sink, std::string(17'000'000, 'x'));
    }(ctx));
  co_await all(std::move(portions));
  co_return 1;
}

message fired(std::uint64_t source) {
  message made;
  made.kind = message_kind::timer_due;
  made.execution = 1;
  made.source = source;
  made.id = source;
  return made;
}

kit_options limited(bool verified = false) {
  kit_options options;
  options.turn_limit = 20'000;
  options.verify_replay = verified;
  return options;
}

}  // namespace

LAW("a turn that asks for less than the limit is made") {
  replay_kit kit(code(fans_out), limited());
  kit.start("4");
  CHECK(kit.last().activities.size() == 4);
  CHECK_FALSE(kit.ended());
}

LAW("a turn that asks for too much ends the orchestration, and says how much, the limit, and where") {
  for (const bool verified : {false, true}) {
    replay_kit kit(code(fans_out), limited(verified));
    kit.start("100");
    REQUIRE(kit.ended());
    CHECK(kit.error().category == error_category::application);
    CHECK(kit.error().kind == error_kind::limit_exceeded);
    CHECK_FALSE(kit.error().retryable);
    CHECK_THAT(kit.error().message, Contains("a turn of orchestration 'it' has 2"));
    CHECK_THAT(kit.error().message, Contains("the limit is 20000 (runtime_options::turn_limit)"));
    CHECK_THAT(kit.error().message, Contains("passed by activity_scheduled 'sink'"));
    CHECK_THAT(kit.error().message, Contains("turn_limit.cpp:"));
    CHECK(kit.last().activities.empty());
    CHECK(kit.events().size() == 2);
  }
}

LAW("of a turn that is too large nothing is kept but what arrived, and nothing is left running") {
  for (const bool verified : {false, true}) {
    replay_kit kit(code(fans_out_late), limited(verified));
    kit.start("100");
    REQUIRE(kit.last().activities.size() == 2);
    kit.when("completed 4 2");
    REQUIRE(kit.ended());
    CHECK(kit.messages() == "consumed 1");
    CHECK(kit.last().activities.empty());
    CHECK_FALSE(kit.last().custom_status);
    CHECK(kit.last().cancelled_timers == std::vector<std::uint64_t>{3});
    CHECK(kit.last().cancelled_activities.size() == 2);
    CHECK(kit.events().size() == 5);
    CHECK_THAT(kit.history(), Contains("5 ends_failed application/limit_exceeded a turn of orchestration"));
  }
}

LAW("what a turn ends with counts, too") {
  for (auto handler : {code(returns_much), code(goes_on_with_much)}) {
    replay_kit kit(handler, limited());
    kit.start("null");
    kit.when("fired 2");
    REQUIRE(kit.ended());
    CHECK_THAT(kit.error().message, Contains("passed by what it ends with"));
  }
}

LAW("what arrives counts, too") {
  replay_kit kit(code(waits_for_a_note), limited());
  kit.start("null");
  kit.when("raised note '" + std::string(30'000, 'x') + "'");
  REQUIRE(kit.ended());
  CHECK_THAT(kit.error().message, Contains("has 3"));
}

LAW("what is asked for in response to one thing does not count with what the others cause") {
  internal::execution_options options;
  options.payload_limit = 20'000'000;
  options.turn_limit = 40'000'000;
  internal::execution execution({"i", 1, "it", "1.0.0"}, code(fans_out_by_timers), options);
  execution.begin(parse_event("1 started it null"));
  internal::backlog waiting;
  std::vector<message> arrived;
  for (const internal::created_timer& each : execution.run({}, waiting, {}).timers)
    arrived.push_back(fired(each.event_id));
  REQUIRE(arrived.size() == 3);
  std::size_t activities = 0;
  while (!arrived.empty()) {
    const internal::turn made = execution.run(arrived, waiting, {});
    REQUIRE_FALSE(made.ends);
    REQUIRE(made.taken == 1);
    CHECK(made.consumed == std::vector<std::uint64_t>{arrived.front().id});
    activities += made.activities.size();
    arrived.erase(arrived.begin());
  }
  CHECK(activities == 3);
}

LAW("what arrives counts, too, whatever arrives behind it") {
  internal::execution_options options;
  options.turn_limit = 20'000;
  internal::execution execution({"i", 1, "it", "1.0.0"}, code(waits_for_a_note), options);
  execution.begin(parse_event("1 started it null"));
  internal::backlog waiting;
  execution.run({}, waiting, {});
  const std::vector<message> arrived{parse_message("raised other '" + std::string(30'000, 'x') + "'", 1),
                                     parse_message("raised other 'x'", 1)};
  const internal::turn made = execution.run(arrived, waiting, {});
  REQUIRE(made.ends);
  CHECK(made.ends->status == runtime_status::failed);
}

LAW("an execution that a limit has ended is no mismatch of its code") {
  replay_kit kit(code(fans_out), limited());
  kit.start("100");
  internal::execution_state again({"i", 1, "it", "1.0.0"}, code(fans_out), {});
  CHECK_FALSE(replay_to_the_end(again, kit.events()));
}

}  // namespace laws_of_turn_limit
