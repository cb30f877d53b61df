// Traces and metrics.
#include "tests/actors/fixture.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>

namespace duroxide::laws_of_observability {
namespace {

using namespace testing_support;

constexpr activity<int(int)> step{"step"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> traced{"Traced"};
constexpr orchestration<int(int)> rounds{"Rounds"};
constexpr orchestration<int(int)> failing{"Failing"};
constexpr orchestration<int(int)> family{"Family"};

task<int> run_traced(orchestration_context ctx, int n) {
  ctx.trace_debug("one");
  co_await ctx.schedule_activity(step, n);
  ctx.trace_warn("two");
  co_await ctx.wait_for_event(go);
  ctx.trace_error("three");
  co_return n;
}

task<int> run_rounds(orchestration_context ctx, int n) {
  co_await ctx.schedule_activity(step, 1);
  if (n > 0) co_return ctx.continue_as_new(n - 1);
  co_return 0;
}

task<int> run_failing(orchestration_context ctx, int) { co_return co_await ctx.schedule_activity(step, -1); }

task<int> run_family(orchestration_context ctx, int) {
  auto both =
      co_await all(ctx.schedule_sub_orchestration(rounds, 0), ctx.schedule_sub_orchestration(rounds, 0));
  co_return std::get<0>(both) + std::get<1>(both);
}

// Keeps what is logged under a name, as "level text".
class captured_log : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit captured_log(const std::string& name) : name_(name) {}
  static std::shared_ptr<captured_log> attach(const std::string& name) {
    auto sink = std::make_shared<captured_log>(name);
    auto logger = std::make_shared<spdlog::logger>(name, sink);
    logger->set_level(spdlog::level::debug);
    spdlog::drop(name);
    spdlog::register_logger(logger);
    return sink;
  }
  ~captured_log() override { spdlog::drop(name_); }

  std::vector<std::string> lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    auto level = spdlog::level::to_string_view(message.level);
    lines_.push_back(std::string(level.data(), level.size()) + " " +
                     std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

  std::string name_;
  std::vector<std::string> lines_;
};

void start(runtime& runtime) {
  runtime.register_activity(step, [](activity_context& context, int n) {
    context.trace_info("working");
    if (n < 0) throw std::runtime_error("negative");
    return n;
  });
  runtime.register_orchestration(traced, run_traced);
  runtime.register_orchestration(rounds, run_rounds);
  runtime.register_orchestration(failing, run_failing);
  runtime.register_orchestration(family, run_family);
  runtime.start();
}

LAW("each trace is logged once, with its place, also when the orchestration is replayed") {
  auto orchestrations = captured_log::attach("duroxide::orchestration");
  auto activities = captured_log::attach("duroxide::activity");
  test_store store;
  {
    runtime first(store.open(), verified());
    start(first);
    first.client().start(traced, "t", 5);
    REQUIRE(eventually([&] { return orchestrations->lines().size() == 2; }));
  }
  runtime second(store.open(), verified());
  start(second);
  second.client().instance("t").raise(go, 1);
  CHECK(second.client().instance(traced, "t").result(patience) == 5);
  const std::string place =
      " instance_id=t execution_id=1 orchestration_name=Traced orchestration_version=1.0.0";
  CHECK(orchestrations->lines() ==
        std::vector<std::string>{"debug one" + place, "warning two" + place, "error three" + place});
  REQUIRE(activities->lines().size() == 1);
  CHECK_THAT(activities->lines()[0],
             Catch::StartsWith("info working" + place + " activity_name=step activity_id=2 worker_id="));
  spdlog::drop("duroxide::orchestration");
  spdlog::drop("duroxide::activity");
}

LAW("everything is counted once") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(rounds, "r", 2);
  client.start(family, "f", 0);
  client.start(failing, "x", 0);
  client.start(traced, "c", 0);
  client.instance("r").wait(patience);
  client.instance("f").wait(patience);
  client.instance("x").wait(patience);
  client.instance("c").cancel("enough");
  client.instance("c").wait(patience);

  metrics_snapshot now = runtime.metrics();
  auto counted = now.orchestration("Rounds");
  CHECK(counted.started == 5);  // three executions of r, two children
  CHECK(counted.continued_as_new == 2);
  CHECK(counted.completed == 3);
  CHECK(counted.duration.count == 3);
  CHECK(counted.turns == 10);
  CHECK(now.orchestration("Family").sub_orchestrations == 2);
  CHECK(now.orchestration("Failing").failed_application == 1);
  CHECK(now.orchestration("Failing").failed() == 1);
  CHECK(now.orchestration("Traced").cancelled == 1);
  CHECK(now.orchestration("Nobody").started == 0);
  CHECK(now.activity("step").failed == 1);
  CHECK(now.activity("step").succeeded + now.activity("step").cancelled >= 5);
  CHECK(now.activity("step").duration.count ==
        now.activity("step").succeeded + now.activity("step").failed + now.activity("step").cancelled);
  CHECK(now.commits > 0);
  CHECK(now.commit_duration.count == now.commits);
  CHECK(now.store_errors == 0);
}

LAW("the metrics as Prometheus reads them") {
  metrics_snapshot snapshot;
  orchestration_metrics totals;
  totals.name = "a \"b\"\\";
  totals.version = "1.0.0";
  totals.started = 3;
  totals.completed = 2;
  snapshot.orchestrations.push_back(totals);
  activity_metrics run;
  run.name = "step";
  run.succeeded = 7;
  run.duration.count = 1;
  run.duration.sum_in_seconds = 0.25;
  run.duration.at_most[5] = 1;
  snapshot.activities.push_back(run);
  std::string text = to_prometheus(snapshot);
  for (const char* line :
       {"# TYPE duroxide_orchestration_starts_total counter\n",
        "duroxide_orchestration_starts_total{orchestration=\"a \\\"b\\\"\\\\\",version=\"1.0.0\"} 3\n",
        "duroxide_orchestration_endings_total{orchestration=\"a \\\"b\\\"\\\\\",version=\"1.0.0\","
        "outcome=\"completed\"} 2\n",
        "duroxide_activity_runs_total{activity=\"step\",outcome=\"succeeded\"} 7\n",
        "duroxide_activity_duration_seconds_bucket{activity=\"step\",le=\"0.5\"} 1\n",
        "duroxide_activity_duration_seconds_bucket{activity=\"step\",le=\"+Inf\"} 1\n",
        "duroxide_activity_duration_seconds_sum{activity=\"step\"} 0.25\n",
        "# TYPE duroxide_resident_instances gauge\n", "duroxide_waiting_starts 0\n",
        "# TYPE duroxide_waiting_turns gauge\n", "duroxide_commits_total 0\n"})
    CHECK_THAT(text, Catch::Contains(line));
}

LAW("instances in memory, and activities that wait and run, are gauges") {
  test_store store;
  runtime_options options = verified();
  options.worker_concurrency = 1;
  runtime runtime(store.open(), options);
  std::atomic<bool> finish = false;
  runtime.register_activity(step, [&](activity_context& context, int n) {
    while (!finish) context.wait_for_cancellation(1ms);
    return n;
  });
  runtime.register_orchestration(rounds, run_rounds);
  runtime.start();
  for (int i = 0; i < 3; ++i) runtime.client().start(rounds, "r" + std::to_string(i), 0);
  CHECK(eventually([&] {
    metrics_snapshot now = runtime.metrics();
    return now.resident_instances == 3 && now.running_activities == 1 && now.queued_activities == 2;
  }));
  finish = true;
  for (int i = 0; i < 3; ++i) runtime.client().instance("r" + std::to_string(i)).wait(patience);
  CHECK(eventually([&] { return runtime.metrics().resident_instances == 0; }));
}

}  // namespace
}  // namespace duroxide::laws_of_observability
