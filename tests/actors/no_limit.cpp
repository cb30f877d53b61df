// Limits that mean "as long as it takes", wherever one can be given.
#include "tests/actors/fixture.hpp"

#include <atomic>

namespace duroxide::laws_of_no_limit {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr activity<int(int)> waits_to_be_cancelled{"waits"};
constexpr event_queue<int> more{"more"};
constexpr orchestration<int(int)> patient{"Patient"};
constexpr orchestration<int(int)> abandons{"Abandons"};

task<int> run_patient(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(5ms);
  const retry_policy policy = retry_policy(3)
                                  .with_backoff(backoff::linear(1ms, no_limit))
                                  .with_attempt_timeout(no_limit)
                                  .with_total_timeout(no_limit);
  int sum = co_await ctx.schedule_activity(work, n).with_retry(policy).with_timeout(no_limit);
  sum += co_await with_timeout(ctx.dequeue_event(more), no_limit);
  co_return sum;
}

task<int> run_abandons(orchestration_context ctx, int n) {
  try {
    co_await with_timeout(ctx.schedule_activity(waits_to_be_cancelled, n), 5ms);
  } catch (const timeout_error&) {
    co_return 1;
  }
  co_return 0;
}

runtime_options without_limits() {
  runtime_options options = verified();
  for (duration* each :
       {&options.session_idle_timeout, &options.session_lock_timeout, &options.passivate_after,
        &options.timer_horizon, &options.shutdown_timeout, &options.long_turn,
        &options.activity_cancellation_grace_period, &options.unregistered_backoff_limit,
        &options.heartbeat_interval, &options.retention_interval})
    *each = no_limit;
  options.delete_instances_after = no_limit;
  options.delete_executions_after = no_limit;
  return options;
}

}  // namespace

LAW("a runtime whose every limit is no limit does all its work, deletes nothing, and shuts down") {
  test_store store;
  for (const std::string id : {"first", "second"}) {
    runtime running(store.open(), without_limits());
    std::atomic<bool> cancelled = false;
    running.register_activity(work, [](activity_context& context, int n) {
      context.heartbeat("half done");
      return n;
    });
    running.register_activity(waits_to_be_cancelled, [&](activity_context& context, int n) {
      cancelled = context.wait_for_cancellation(no_limit);
      return n;
    });
    running.register_orchestration(patient, run_patient);
    running.register_orchestration(abandons, run_abandons);
    running.start();
    client clients = running.client();
    clients.start(patient, id, 1);
    clients.start(abandons, id + "-abandons", 1);
    clients.instance(id).enqueue(more, 10);
    CHECK(clients.instance(patient, id).result(no_limit) == 11);
    CHECK(clients.instance(abandons, id + "-abandons").result(no_limit) == 1);
    CHECK(eventually([&] { return cancelled.load(); }));
    for (const auto& each : running.metrics().orchestrations) CHECK(each.long_turns == 0);
    running.shutdown();
  }
  CHECK(admin(store.open()).get_system_metrics().completed == 4);
}

LAW("a shutdown without a limit lets a running activity finish") {
  test_store store;
  std::atomic<bool> runs = false;
  std::atomic<bool> may_end = false;
  std::atomic<bool> cancelled = false;
  for (const duration limit : {no_limit, no_limit / 2, duration(std::chrono::years(1000))}) {
    runs = may_end = cancelled = false;
    runtime_options options = verified();
    options.shutdown_timeout = limit;
    runtime running(store.open(), options);
    running.register_activity(waits_to_be_cancelled, [&](activity_context& context, int n) {
      runs = true;
      while (!may_end && !context.wait_for_cancellation(1ms)) {
      }
      cancelled = context.is_cancelled();
      return n;
    });
    running.register_orchestration(abandons, run_abandons);
    running.register_orchestration("Plain", [](orchestration_context ctx, json_text n) -> task<json_text> {
      co_return co_await ctx.schedule_activity("waits", n);
    });
    running.start();
    client clients = running.client();
    const std::string id = "a" + std::to_string(limit.count());
    clients.start({"Plain", id, "1", {}});
    REQUIRE(eventually([&] { return runs.load(); }));
    auto stopped = std::async(std::launch::async, [&] { running.shutdown(); });
    CHECK(stopped.wait_for(20ms) == std::future_status::timeout);
    may_end = true;
    stopped.get();
    CHECK_FALSE(cancelled);
  }
}

LAW("a limit that is negative is refused by name, wherever one can be given") {
  const auto refusal = [](auto give) { return details_of<configuration_error>(give).message; };
  const std::string rest = " is -1 ms; give zero or more, or duroxide::no_limit";
  using field = duration runtime_options::*;
  const std::vector<std::pair<std::string, field>> fields{
      {"session_idle_timeout", &runtime_options::session_idle_timeout},
      {"session_lock_timeout", &runtime_options::session_lock_timeout},
      {"passivate_after", &runtime_options::passivate_after},
      {"timer_horizon", &runtime_options::timer_horizon},
      {"shutdown_timeout", &runtime_options::shutdown_timeout},
      {"long_turn", &runtime_options::long_turn},
      {"activity_cancellation_grace_period", &runtime_options::activity_cancellation_grace_period},
      {"unregistered_backoff_base", &runtime_options::unregistered_backoff_base},
      {"unregistered_backoff_limit", &runtime_options::unregistered_backoff_limit},
      {"heartbeat_interval", &runtime_options::heartbeat_interval},
      {"retention_interval", &runtime_options::retention_interval},
  };
  for (const auto& [name, member] : fields)
    CHECK(refusal([&, member = member] {
            runtime_options options;
            options.*member = -1ms;
            runtime refused(sqlite_provider::open_in_memory(), options);
          }) == "runtime_options::" + name + rest);
  CHECK(refusal([] {
          runtime_options options;
          options.delete_instances_after = -1ms;
          runtime refused(sqlite_provider::open_in_memory(), options);
        }) == "runtime_options::delete_instances_after" + rest);
  CHECK(refusal([] {
          runtime goes_on(sqlite_provider::open_in_memory());
          goes_on.shutdown(-1ms);
        }) == "the limit of runtime::shutdown" + rest);
  CHECK(refusal([] { (void)retry_policy(1).with_attempt_timeout(-1ms); }) ==
        "the attempt timeout of a retry policy" + rest);
  CHECK(refusal([] { (void)retry_policy(1).with_total_timeout(-1ms); }) ==
        "the total timeout of a retry policy" + rest);
  CHECK(refusal([] { (void)backoff::linear(1ms, -1ms); }) == "the limit of a backoff" + rest);
}

}  // namespace duroxide::laws_of_no_limit
