// What an activity can do, and the forms that it can have.
#include "tests/actors/fixture.hpp"

#include <atomic>

namespace duroxide::laws_of_activities {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr activity<void()> ping{"ping"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> job{"Job"};
constexpr orchestration<int()> pings{"Pings"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_job(orchestration_context ctx, int n) { co_return co_await ctx.schedule_activity(work, n); }

task<int> run_pings(orchestration_context ctx) {
  co_await ctx.schedule_activity(ping);
  co_return 1;
}

task<int> run_waiting(orchestration_context ctx, int n) { co_return n + co_await ctx.wait_for_event(go); }

runtime_options quick_heartbeats() {
  runtime_options options = verified();
  options.heartbeat_interval = 1ms;
  return options;
}

LAW("clients read what the heartbeat of a running activity said last") {
  test_store store;
  runtime runtime(store.open(), quick_heartbeats());
  std::atomic<bool> finish = false;
  runtime.register_orchestration(job, run_job);
  runtime.register_activity(work, [&](activity_context& context, int n) {
    for (int i = 0; !finish; ++i) {
      context.heartbeat("row " + std::to_string(i));
      context.wait_for_cancellation(2ms);
    }
    return n;
  });
  runtime.start();
  client client = runtime.client();
  client.start(job, "j", 1);
  CHECK(eventually([&] {
    auto activities = client.instance("j").activities();
    return activities.size() == 1 && activities[0].name == "work" && activities[0].progress > "row 2";
  }));
  CHECK(duroxide::client(store.open()).instance("j").activities().at(0).progress_at > timestamp{});
  finish = true;
  CHECK(client.instance(job, "j").result(patience) == 1);
  CHECK(client.instance("j").activities().empty());
  CHECK(client.instance("nobody").activities().empty());
}

LAW("an activity can start, signal and read instances") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(job, run_job);
  runtime.register_orchestration(waiting, run_waiting);
  runtime.register_activity(work, [](activity_context& context, int n) {
    client client = context.get_client();
    client.start(waiting, "helper", n);
    client.instance("helper").raise(go, 1);
    return client.instance(waiting, "helper").result(patience);
  });
  runtime.start();
  runtime.client().start(job, "j", 41);
  CHECK(runtime.client().instance(job, "j").result(patience) == 42);
}

activity_task<int> sleeps(activity_context& context, int n) {
  for (int i = 0; i < 3 && !context.is_cancelled(); ++i) co_await pause_for(context, 1ms);
  if (n < 0) throw std::runtime_error("negative");
  co_return n + 1;
}

struct unsayable {};

[[maybe_unused]] void tag_invoke(boost::json::value_from_tag, boost::json::value&, const unsayable&) {
  throw std::runtime_error("no words for it");
}
[[maybe_unused]] unsayable tag_invoke(boost::json::value_to_tag<unsayable>, const boost::json::value&) {
  return {};
}

constexpr activity<unsayable()> unsayable_work{"unsayable_work"};
constexpr orchestration<int()> unsayable_job{"UnsayableJob"};

activity_task<unsayable> makes_unsayable(activity_context& context) {
  co_await pause_for(context, 1ms);
  co_return unsayable();
}

task<int> run_unsayable_job(orchestration_context ctx) {
  co_await ctx.schedule_activity(unsayable_work);
  co_return 1;
}

activity_task<void> does_nothing(activity_context& context) { co_await pause_for(context, 1ms); }

LAW("a coroutine activity holds no worker while it waits") {
  test_store store;
  runtime_options options = verified();
  options.worker_concurrency = 1;
  runtime runtime(store.open(), options);
  runtime.register_orchestration(job, run_job);
  runtime.register_orchestration(pings, run_pings);
  runtime.register_activity(work, sleeps);
  runtime.register_activity(ping, does_nothing);
  runtime.start();
  client client = runtime.client();
  for (int i = 0; i < 50; ++i) client.start(job, "j" + std::to_string(i), i);
  for (int i = 0; i < 50; ++i) CHECK(client.instance(job, "j" + std::to_string(i)).result(patience) == i + 1);
  client.start(job, "fails", -1);
  CHECK(client.instance("fails").wait(patience).error->message == "negative");
  client.start(pings, "p");
  CHECK(client.instance(pings, "p").result(patience) == 1);
}

LAW("a result that cannot be encoded is a failure, of a function and of a coroutine") {
  for (bool coroutine : {false, true}) {
    test_store store;
    runtime runtime(store.open(), verified());
    runtime.register_orchestration(unsayable_job, run_unsayable_job);
    if (coroutine)
      runtime.register_activity(unsayable_work, makes_unsayable);
    else
      runtime.register_activity(unsayable_work, [](activity_context&) { return unsayable(); });
    runtime.start();
    runtime.client().start(unsayable_job, "u");
    auto ended = runtime.client().instance("u").wait(patience);
    CHECK(ended.error->message == "no words for it");
    CHECK(ended.error->source == "unsayable_work");
  }
}

LAW("a cancelled coroutine activity is told, and stopping the runtime waits for none") {
  test_store store;
  static std::atomic<int> told = 0;
  {
    runtime runtime(store.open(), verified());
    runtime.register_orchestration(job, run_job);
    runtime.register_activity(work, [](activity_context& context, int n) -> activity_task<int> {
      while (!context.is_cancelled()) co_await pause_for(context, 1ms);
      ++told;
      co_return n;
    });
    runtime.start();
    runtime.client().start(job, "cancelled", 1);
    runtime.client().start(job, "left", 1);
    REQUIRE(eventually([&] { return runtime.client().instance("cancelled").activities().size() == 1; }));
    runtime.client().instance("cancelled").cancel("enough");
    CHECK(eventually([&] { return told == 1; }));
  }
  CHECK(eventually([&] { return told == 2; }));
}

LAW("an activity that was run by too many processes that died is not run again") {
  test_store store;
  runtime_options options = verified();
  options.max_crashes = 1;
  auto provider = store.open();
  auto member = provider->join({"a process that dies", {}, {}}).value();
  auto writer = provider->open_writer(member.node, 0).value();
  auto turn = std::make_shared<turn_commit>();
  turn->instance = "j";
  turn->creates = instance_start{"j", "Job", "1.0.0", "1", {}, {}};
  turn->history.push_back(
      {1, 1, 2,
       R"({"build":"b","at":1,"events":[{"kind":"orchestration_started","name":"Job","version":"1.0.0","data":"1"},)"
       R"({"kind":"activity_scheduled","name":"work","data":"1"}]})"});
  stored_activity activity;
  activity.key = {"j", 1, 2};
  activity.name = "work";
  activity.input = "1";
  activity.crash_count = 1;
  turn->activities.push_back(activity);
  commit_batch batch;
  batch.turns.push_back(turn);
  REQUIRE(writer->commit(batch));
  writer.reset();
  REQUIRE(provider->leave(member.node));
  runtime runtime(provider, options);
  runtime.register_orchestration(job, run_job);
  std::atomic<int> runs = 0;
  runtime.register_activity(work, [&](activity_context&, int n) {
    ++runs;
    return n;
  });
  runtime.start();
  auto ended = runtime.client().instance("j").wait(patience);
  CHECK(ended.error->category == error_category::poison);
  CHECK(ended.error->message == "activity 'work' was run by 1 processes that died; it is not run again "
                                "(runtime_options::max_crashes)");
  CHECK(runs == 0);
}

}  // namespace
}  // namespace duroxide::laws_of_activities
