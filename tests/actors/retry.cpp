// Retries, as the activity and the orchestration see them.
#include "tests/actors/fixture.hpp"

#include <mutex>

namespace duroxide::laws_of_retry {
namespace {

using namespace testing_support;

constexpr activity<int(int)> flaky{"flaky"};
constexpr activity<int(int)> hopeless{"hopeless"};
constexpr activity<int(int)> endless{"endless"};
constexpr orchestration<int(int)> patient{"Patient"};
constexpr orchestration<std::string(int)> gives_up{"GivesUp"};
constexpr orchestration<std::string(int)> times_out{"TimesOut"};

task<int> run_patient(orchestration_context ctx, int failures) {
  retry_policy policy = retry_policy(5).with_backoff(backoff::fixed(1ms)).with_jitter(0.5);
  co_return co_await ctx.schedule_activity(flaky, failures).with_retry(policy);
}

task<std::string> run_gives_up(orchestration_context ctx, int final) {
  auto tried = co_await settle(
      ctx.schedule_activity(hopeless, final).with_retry(retry_policy(3).with_backoff(backoff::none())));
  co_return tried.error().message();
}

task<std::string> run_times_out(orchestration_context ctx, int) {
  retry_policy policy = retry_policy(2).with_backoff(backoff::none()).with_attempt_timeout(20ms);
  auto tried = co_await settle(ctx.schedule_activity(endless, 1).with_retry(policy));
  co_return tried.error().message();
}

LAW("an activity knows its attempt, and has the same id in every attempt") {
  test_store store;
  runtime runtime(store.open(), verified());
  std::mutex mutex;
  std::vector<std::string> seen;
  runtime.register_activity(flaky, [&](activity_context& context, int failures) {
    std::lock_guard lock(mutex);
    seen.push_back(std::to_string(context.attempt()) + " " + context.activity_id() + " " +
                   context.orchestration_name() + " " + context.orchestration_version());
    if (context.attempt() <= static_cast<std::uint32_t>(failures)) throw std::runtime_error("not yet");
    return 7;
  });
  runtime.register_orchestration(patient, run_patient);
  runtime.start();
  runtime.client().start(patient, "p", 2);
  CHECK(runtime.client().instance(patient, "p").result(patience) == 7);
  CHECK(seen ==
        std::vector<std::string>{"1 p/1/2 Patient 1.0.0", "2 p/1/2 Patient 1.0.0", "3 p/1/2 Patient 1.0.0"});
  CHECK(runtime.metrics().activity("flaky").retries == 2);
}

LAW("the last failure is what the orchestration gets, and a final error ends the attempts") {
  test_store store;
  runtime runtime(store.open(), verified());
  std::atomic<int> runs = 0;
  runtime.register_activity(hopeless, [&](activity_context& context, int final) -> int {
    ++runs;
    if (final) throw final_error("never");
    throw std::runtime_error("attempt " + std::to_string(context.attempt()));
  });
  runtime.register_orchestration(gives_up, run_gives_up);
  runtime.start();
  client client = runtime.client();
  client.start(gives_up, "last", 0);
  CHECK(client.instance(gives_up, "last").result(patience) == "attempt 3");
  CHECK(runs == 3);
  client.start(gives_up, "final", 1);
  CHECK(client.instance(gives_up, "final").result(patience) == "never");
  CHECK(runs == 4);
}

LAW("an attempt that takes too long is cancelled, and the next one runs") {
  test_store store;
  runtime runtime(store.open(), verified());
  std::atomic<int> cancelled = 0;
  runtime.register_activity(endless, [&](activity_context& context, int) {
    if (context.wait_for_cancellation(patience)) ++cancelled;
    return 0;
  });
  runtime.register_orchestration(times_out, run_times_out);
  runtime.start();
  runtime.client().start(times_out, "t", 1);
  CHECK(runtime.client().instance(times_out, "t").result(patience) ==
        "activity 'endless' was not done within 20 ms");
  CHECK(eventually([&] { return cancelled == 2; }));
}

}  // namespace
}  // namespace duroxide::laws_of_retry
