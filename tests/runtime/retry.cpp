// Activities with a retry policy: what is scheduled when, and what the awaiting code gets.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_retry {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<void()> ping{"ping"};
constexpr event<int> note{"note"};

retry_policy three() { return retry_policy(3).with_backoff(backoff::fixed(10ms)); }

task<int> patient(ctx_t ctx) { co_return co_await ctx.schedule_activity(step, 1).with_retry(three()); }

task<int> impatient(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(step, 1).with_retry(retry_policy(3).with_backoff(backoff::none()));
}

task<void> of_nothing(ctx_t ctx) { co_await ctx.schedule_activity(ping).with_retry(three()); }

task<int> with_limits(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(step, 1).with_retry(three().with_attempt_timeout(50ms));
}

task<int> no_second_chance(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(step, 1).with_retry(
      three().with_attempt_timeout(50ms).with_retry_on_timeout(false));
}

task<int> in_total(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(step, 1).with_retry(three().with_total_timeout(100ms));
}

task<int> call_timeout(ctx_t ctx) { co_return co_await ctx.schedule_activity(step, 1).with_timeout(100ms); }

task<int> everything(ctx_t ctx) {
  co_return co_await ctx.schedule_activity(step, 1)
      .with_tag("gpu")
      .on_session("s-1")
      .with_retry(three())
      .with_timeout(100ms);
}

task<int> side_by_side(ctx_t ctx) {
  auto both = co_await all(ctx.schedule_activity(step, 1).with_retry(three()),
                           ctx.schedule_activity(step, 2).with_retry(three()));
  co_return std::get<0>(both) + std::get<1>(both);
}

task<int> started_early(ctx_t ctx) {
  auto call = ctx.start(ctx.schedule_activity(step, 1).with_retry(three()));
  co_await ctx.wait_for_event(note);
  co_return co_await std::move(call);
}

task<int> detached(ctx_t ctx) {
  ctx.start(ctx.schedule_activity(step, 1).with_retry(three())).detach();
  co_await ctx.wait_for_event(note);
  co_await ctx.wait_for_event(note);
  co_return 0;
}

task<int> dropped(ctx_t ctx) {
  auto first = co_await race(ctx.schedule_activity(step, 1).with_retry(three()), ctx.wait_for_event(note));
  co_await ctx.wait_for_event(note);
  co_return static_cast<int>(first.index());
}

}  // namespace

LAW("an attempt that succeeds is the only one") {
  CHECK(story(code(patient), "null", {"completed 2 7"}) ==
        lines("1 started it null", "2 activity step 1", "3 completed 2 7", "4 ends 7"));
}

LAW("a failed attempt is repeated after a pause, as an activity of its own that knows the first") {
  CHECK(story(code(patient), "null",
              {"failed 2 busy", "fired 4", "failed 6 busy", "fired 8", "completed 10 7"}) ==
        lines("1 started it null", "2 activity step 1", "3 failed 2 busy", "4 timer @1010",
              "5 fired 4", "6 activity step attempt=2/2 1", "7 failed 6 busy", "8 timer @1010 attempt=2/2",
              "9 fired 8", "10 activity step attempt=3/2 1", "11 completed 10 7", "12 ends 7"));
}

LAW("after the last attempt its failure is the failure") {
  CHECK(
      story(code(patient), "null", {"failed 2 one", "fired 4", "failed 6 two", "fired 8", "failed 10 three"})
          .ends_with("12 ends_failed application/activity_failed three"));
}

LAW("no backoff is no timer") {
  CHECK(story(code(impatient), "null", {"failed 2 one", "failed 4 two", "completed 6 7"}) ==
        lines("1 started it null", "2 activity step 1", "3 failed 2 one", "4 activity step attempt=2/2 1",
              "5 failed 4 two", "6 activity step attempt=3/2 1", "7 completed 6 7", "8 ends 7"));
}

LAW("activities without a result are retried likewise") {
  CHECK(story(code(of_nothing), "null", {"failed 2 one", "fired 4", "completed 6 null"})
            .ends_with("ends null"));
}

LAW("each repetition is told in the log, with the attempt and the reason") {
  replay_kit kit(code(patient));
  kit.start("null");
  kit.when("failed 2 busy");
  CHECK(kit.effects() ==
        lines("timer 4@1010", "finished 2",
              "trace activity 'step', attempt 1 of 3, failed: busy; it is tried again in 10 ms"));
}

LAW("an error that is final is not retried") {
  replay_kit kit(code(patient));
  kit.start("null");
  message done = parse_message("failed 2 broken for good", 1);
  done.error->retryable = false;
  kit.deliver_one(done);
  CHECK(kit.outcome() == "failed application/activity_failed broken for good");
}

LAW("an attempt that takes too long is cancelled and counts as failed") {
  CHECK(story(code(with_limits), "null", {"fired 3", "fired 6", "completed 8 7"}) ==
        lines("1 started it null", "2 activity step 1", "3 timer @1050", "4 fired 3", "5 dropped 2",
              "6 timer @1010", "7 fired 6", "8 activity step attempt=2/2 1", "9 timer @1050",
              "10 completed 8 7", "11 dropped 9", "12 ends 7"));
}

LAW("the timeout of the last attempt is the failure, and says of which activity") {
  auto told = story(code(with_limits), "null", {"fired 3", "fired 6", "fired 9", "fired 12", "fired 15"});
  CHECK(told.ends_with("ends_failed application/timed_out activity 'step' was not done within 50 ms"));
}

LAW("a policy that does not retry on timeout ends with the first one") {
  CHECK(story(code(no_second_chance), "null", {"fired 3"})
            .ends_with("6 ends_failed application/timed_out activity 'step' was not done within 50 ms"));
  CHECK(story(code(no_second_chance), "null", {"failed 2 busy", "fired 6", "fired 9"})
            .ends_with("ends_failed application/timed_out activity 'step' was not done within 50 ms"));
}

LAW("a total timeout ends the attempt or the pause that is under way") {
  CHECK(story(code(in_total), "null", {"fired 3"}) ==
        lines("1 started it null", "2 activity step 1", "3 timer @1100", "4 fired 3", "5 dropped 2",
              "6 ends_failed application/timed_out activity 'step' was not done within 100 ms"));
  CHECK(story(code(in_total), "null", {"failed 2 busy", "fired 3"}) ==
        lines("1 started it null", "2 activity step 1", "3 timer @1100", "4 failed 2 busy", "5 timer @1010",
              "6 fired 3", "7 dropped 5",
              "8 ends_failed application/timed_out activity 'step' was not done within 100 ms"));
}

LAW("a call may have a timeout without a policy") {
  CHECK(story(code(call_timeout), "null", {"completed 2 7"}).ends_with("5 dropped 3\n6 ends 7"));
  CHECK(story(code(call_timeout), "null", {"fired 3"})
            .ends_with("ends_failed application/timed_out activity 'step' was not done within 100 ms"));
}

LAW("tag, session, policy and timeout go together, and each attempt has the tag and the session") {
  CHECK(story(code(everything), "null", {"failed 2 busy", "fired 5", "completed 7 7"}) ==
        lines("1 started it null", "2 activity step tag=gpu session=s-1 1", "3 timer @1100",
              "4 failed 2 busy", "5 timer @1010", "6 fired 5",
              "7 activity step tag=gpu session=s-1 attempt=2/2 1", "8 completed 7 7", "9 dropped 3",
              "10 ends 7"));
}

LAW("two that are retried side by side keep separate counts") {
  CHECK(story(code(side_by_side), "null",
              {"failed 3 busy", "failed 2 busy", "fired 5", "completed 9 20", "fired 7", "completed 12 10"})
            .ends_with("ends 30"));
}

LAW("a retried call may be started early, detached, and dropped") {
  CHECK(story(code(started_early), "null", {"failed 2 busy", "fired 5", "raised note 1", "completed 7 7"})
            .ends_with("ends 7"));
  CHECK(story(code(detached), "null",
              {"raised note 1", "failed 2 busy", "fired 7", "completed 9 7", "raised note 1"})
            .ends_with(
                lines("9 activity step attempt=2/2 1", "10 completed 9 7", "11 raised note 1", "12 ends 0")));
  replay_kit kit(code(dropped));
  kit.start("null");
  kit.when("failed 2 busy", "raised note 1");
  CHECK(kit.added() ==
        lines("4 failed 2 busy", "5 timer @1010", "6 raised note 1", "7 dropped 5", "8 wait note"));
}

LAW("the pauses of every form of backoff") {
  CHECK(backoff::none().after_failure(1) == 0ms);
  for (std::uint32_t n : {1U, 2U, 10U, 100U}) CHECK(backoff::fixed(500ms).after_failure(n) == 500ms);
  CHECK(backoff::fixed(0ms).after_failure(3) == 0ms);
  backoff linear = backoff::linear(1s, 5s);
  CHECK(linear.after_failure(1) == 1s);
  CHECK(linear.after_failure(4) == 4s);
  CHECK(linear.after_failure(4'000'000'000U) == 5s);
  CHECK(backoff::linear(0ms, 5s).after_failure(7) == 0ms);
  backoff doubling = backoff::exponential(100ms, 2, 1s);
  CHECK(doubling.after_failure(1) == 100ms);
  CHECK(doubling.after_failure(4) == 800ms);
  CHECK(doubling.after_failure(5) == 1s);
  CHECK(doubling.after_failure(4'000'000'000U) == 1s);
  CHECK(backoff::exponential(100ms, 3, 1min).after_failure(3) == 900ms);
  CHECK(backoff::exponential(500ms, 1, 1min).after_failure(9) == 500ms);
  CHECK(backoff::exponential(0ms, 2, 1min).after_failure(4'000'000'000U) == 0ms);
}

LAW("the default policy is the reference's") {
  retry_policy policy;
  CHECK(policy.max_attempts() == 3);
  CHECK(policy.pause_after(1, "x") == 100ms);
  CHECK(policy.pause_after(2, "x") == 200ms);
  CHECK(policy.pause_after(20, "x") == 30s);
  CHECK_FALSE(policy.attempt_timeout());
  CHECK_FALSE(policy.total_timeout());
  CHECK(retry_policy(1).max_attempts() == 1);
}

LAW("jitter shortens each pause by its part at most, the same way for the same attempt") {
  retry_policy policy = retry_policy(9).with_backoff(backoff::fixed(1000ms)).with_jitter(0.25);
  std::set<duration> pauses;
  for (int i = 0; i < 200; ++i) {
    std::string salt = "instance-" + std::to_string(i) + "/2";
    duration pause = policy.pause_after(1, salt);
    CHECK(pause == policy.pause_after(1, salt));
    CHECK(pause > 750ms - 1ms);
    CHECK(pause <= 1000ms);
    pauses.insert(pause);
  }
  CHECK(pauses.size() > 100);
  CHECK(policy.pause_after(1, "x") != policy.pause_after(2, "x"));
}

LAW("a policy that cannot work is refused, and says why") {
  auto why = [](auto make) {
    try {
      make();
    } catch (const configuration_error& e) {
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  CHECK(why([] { return retry_policy(0); }) == "max_attempts of a retry policy must be at least 1");
  CHECK(why([] { return retry_policy().with_jitter(1.5); }) ==
        "the jitter of a retry policy must be between 0 and 1");
  CHECK(why([] { return backoff::fixed(-1ms); }) == "a delay of -1 ms is negative; give zero or more");
  CHECK(why([] { return backoff::exponential(1ms, 0, 1s); }) ==
        "the multiplier of a backoff must be a positive number");
  CHECK(why([] { return retry_policy().with_attempt_timeout(-1ms); }) != "accepted");
}

}  // namespace laws_of_retry
