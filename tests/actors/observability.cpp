// Traces, the hook of the log, and metrics.
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

// What the hook of the log gets of an instance, while it lives.
class hooked_log {
public:
  explicit hooked_log(std::string instance, trace_level least = trace_level::debug)
      : instance_(std::move(instance)), hook_([this](const log_record& record) { keep(record); }, least) {}

  // Those of which the text begins so, of this logger.
  std::vector<log_record> records(std::string_view logger, std::string_view text = {}) const {
    const std::lock_guard lock(mutex_);
    std::vector<log_record> found;
    for (const log_record& each : records_)
      if (each.logger == logger && each.text.starts_with(text)) found.push_back(each);
    return found;
  }

private:
  void keep(const log_record& record) {
    const log_value* instance = record.field("instance");
    if (instance == nullptr || to_text(*instance) != instance_) return;
    const std::lock_guard lock(mutex_);
    records_.push_back(record);
  }

  const std::string instance_;
  mutable std::mutex mutex_;
  std::vector<log_record> records_;
  const scoped_log_hook hook_;  // ends first
};

// "level text {name=value, ...}", without the fields that differ from run to run.
std::string line_of(const log_record& record) {
  std::string fields;
  for (const log_field& each : record.fields)
    if (each.name != "worker" && each.name != "node" && each.name != "shard")
      fields += (fields.empty() ? "" : ", ") + each.name + "=" + to_text(each.value);
  return std::string(to_string(record.level)) + " " + record.text + " {" + fields + "}";
}

std::vector<std::string> lines_of(const std::vector<log_record>& records) {
  std::vector<std::string> lines;
  for (const log_record& each : records) lines.push_back(line_of(each));
  return lines;
}

LAW("a warning about an instance without code here has its values as fields") {
  test_store store;
  client(store.open()).start(traced, "no code", 1);
  hooked_log log("no code");
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(rounds, run_rounds);
  runtime.start();
  const auto told = [&] { return log.records("duroxide", "duroxide: instance 'no code' cannot be run now"); };
  REQUIRE(eventually([&] { return !told().empty(); }));
  const log_record record = told().front();
  CHECK(record.level == trace_level::warn);
  CHECK(record.time > timestamp{});
  REQUIRE(record.field("error") != nullptr);
  const std::string why = to_text(*record.field("error"));
  CHECK_THAT(why, Catch::StartsWith("orchestration 'Traced' is not registered"));
  CHECK(record.text == "duroxide: instance 'no code' cannot be run now: " + why);
  REQUIRE(record.field("shard") != nullptr);
  CHECK(std::holds_alternative<std::uint64_t>(*record.field("shard")));
}

LAW("a warning about an activity without a handler here has its values as fields") {
  test_store store;
  hooked_log log("no handler");
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(rounds, run_rounds);
  runtime.start();
  runtime.client().start(rounds, "no handler", 0);
  REQUIRE(eventually([&] { return !log.records("duroxide", "duroxide: activity").empty(); }));
  CHECK(line_of(log.records("duroxide", "duroxide: activity").front()) ==
        "warn duroxide: activity 'step' of instance 'no handler' is not registered here; it waits "
        "{activity=step, instance=no handler, orchestration=Rounds, version=1.0.0, execution=1, event_id=2, "
        "attempt=1}");
}

LAW("a hook gets traces as they were made, with their place as fields, and spdlog gets none of them") {
  auto orchestrations = captured_log::attach("duroxide::orchestration");
  auto activities = captured_log::attach("duroxide::activity");
  test_store store;
  hooked_log log("hooked");
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(traced, "hooked", 5);
  REQUIRE(eventually([&] { return log.records("duroxide::orchestration").size() == 2; }));
  client.instance("hooked").raise(go, 1);
  CHECK(client.instance(traced, "hooked").wait(patience).status == runtime_status::completed);
  const std::string place = "instance=hooked, execution=1, orchestration=Traced, version=1.0.0";
  CHECK(lines_of(log.records("duroxide::orchestration")) ==
        std::vector<std::string>{"debug one {" + place + "}", "warn two {" + place + "}",
                                 "error three {" + place + "}"});
  const std::vector<log_record> worked = log.records("duroxide::activity");
  REQUIRE(worked.size() == 1);
  CHECK(line_of(worked[0]) == "info working {" + place + ", activity=step, event_id=2, attempt=1}");
  CHECK(worked[0].field("worker") != nullptr);
  CHECK(orchestrations->lines().empty());
  CHECK(activities->lines().empty());
  spdlog::drop("duroxide::orchestration");
  spdlog::drop("duroxide::activity");
}

LAW("traces go to spdlog again when the hook has gone") {
  auto activities = captured_log::attach("duroxide::activity");
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  {
    hooked_log log("hidden");
    client.start(rounds, "hidden", 0);
    client.instance("hidden").wait(patience);
    CHECK(log.records("duroxide::activity").size() == 1);
  }
  CHECK(activities->lines().empty());
  client.start(rounds, "shown", 0);
  client.instance("shown").wait(patience);
  REQUIRE(activities->lines().size() == 1);
  CHECK_THAT(activities->lines()[0], Catch::StartsWith("info working instance_id=shown "));
  spdlog::drop("duroxide::activity");
}

LAW("a hook gets no traces below the level that it asks for") {
  test_store store;
  hooked_log log("severe", trace_level::warn);
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(traced, "severe", 5);
  const auto told = [&] { return log.records("duroxide::orchestration"); };
  REQUIRE(eventually([&] { return !told().empty(); }));
  client.instance("severe").raise(go, 1);
  client.instance("severe").wait(patience);
  REQUIRE(told().size() == 2);
  CHECK(told()[0].text == "two");
  CHECK(told()[1].text == "three");
  CHECK(log.records("duroxide::activity").empty());
}

LAW("the engine goes on when the hook throws") {
  test_store store;
  std::atomic<int> calls = 0;
  const scoped_log_hook hook([&](const log_record&) {
    ++calls;
    throw std::runtime_error("no log today");
  });
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(rounds, "r", 2);
  CHECK(client.instance(rounds, "r").result(patience) == 0);
  CHECK(calls >= 3);  // each execution has an activity that traces
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
