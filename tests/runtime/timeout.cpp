// with_timeout: a branch, or the end of patience.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_timeout {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event<int> note{"note"};

task<int> limited(ctx_t ctx) { co_return co_await with_timeout(ctx.schedule_activity(step, 1), 50ms); }

task<void> limited_timer(ctx_t ctx) { co_await with_timeout(ctx.schedule_timer(100ms), 50ms); }

task<std::string> catches_the_timeout(ctx_t ctx) {
  std::string caught = "in time";
  try {
    co_await with_timeout(ctx.schedule_activity(step, 1), 50ms);
  } catch (const timeout_error& e) {
    caught = e.what();
  }
  co_return caught;
}

task<int> complete_before(ctx_t ctx) {
  auto call = ctx.start(ctx.schedule_activity(step, 1));
  co_await ctx.wait_for_event(note);
  co_return co_await with_timeout(std::move(call), 0ms);
}

task<int> two_steps(ctx_t ctx, int seed) {
  int first = co_await ctx.schedule_activity(step, seed);
  co_return co_await ctx.schedule_activity(step, first);
}

task<int> nested(ctx_t ctx) {
  auto both =
      co_await all(with_timeout(with_timeout(two_steps(ctx, 1), 100ms), 50ms), ctx.wait_for_event(note));
  co_return std::get<0>(both);
}

task<bool> settled_inside_all(ctx_t ctx) {
  auto both =
      co_await all(settle(with_timeout(ctx.schedule_activity(step, 1), 50ms)), ctx.wait_for_event(note));
  co_return std::get<0>(both).has_value();
}

task<int> negative(ctx_t ctx) { co_return co_await with_timeout(ctx.schedule_activity(step, 1), -1ms); }

}  // namespace

LAW("in time, a timeout is not seen, and its timer is cancelled") {
  replay_kit kit(code(limited));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 activity step 1", "3 timer @1050"));
  kit.when("completed 2 7", "fired 3");
  CHECK(kit.added() == lines("4 completed 2 7", "5 dropped 3", "6 ends 7"));
  CHECK(kit.effects() == lines("finished 2", "cancel_timer 3", "ends completed 7"));
}

LAW("too late, the branch is cancelled and timeout_error thrown") {
  replay_kit kit(code(limited));
  kit.start("null");
  kit.when("fired 3", "completed 2 7");
  CHECK(kit.added() == lines("4 fired 3", "5 dropped 2",
                             "6 ends_failed application/timed_out it was not done within 50 ms"));
  CHECK(
      story(code(catches_the_timeout), "null", {"fired 3"}).ends_with("ends 'it was not done within 50 ms'"));
  CHECK(story(code(limited_timer), "null", {"fired 3"}).ends_with("not done within 50 ms"));
}

LAW("a failure in time is that failure") {
  CHECK(story(code(catches_the_timeout), "null", {"failed 2 broken"})
            .ends_with("ends_failed application/activity_failed broken"));
}

LAW("what is complete already beats any limit") {
  CHECK(story(code(complete_before), "null", {"completed 2 7", "raised note 1"}).ends_with("ends 7"));
}

LAW("timeouts nest, and the one that elapses first drops all that is inside") {
  replay_kit kit(code(nested));
  kit.start("null");
  CHECK(kit.added() ==
        lines("1 started it null", "2 activity step 1", "3 timer @1100", "4 timer @1050", "5 wait note"));
  kit.when("completed 2 2", "fired 4");
  CHECK(kit.added() ==
        lines("6 completed 2 2", "7 activity step 2", "8 fired 4", "9 dropped 7", "10 dropped 3"));
  kit.when("raised note 1");
  CHECK(kit.error().kind == error_kind::timed_out);
}

LAW("a timeout that has elapsed inside a combination stays elapsed, however long the combination goes on") {
  CHECK(story(code(settled_inside_all), "null", {"fired 3", "completed 2 7", "raised note 1"})
            .ends_with("ends false"));
  CHECK(story(code(settled_inside_all), "null", {"completed 2 7", "fired 3", "raised note 1"})
            .ends_with("ends true"));
}

LAW("a negative limit is refused, and nothing is scheduled") {
  replay_kit kit(code(negative));
  kit.start("null");
  CHECK(kit.history() == lines("1 started it null",
                               "2 ends_failed configuration/invalid_argument the timeout is -1 ms; "
                               "give zero or more, or duroxide::no_limit"));
}

}  // namespace laws_of_timeout
