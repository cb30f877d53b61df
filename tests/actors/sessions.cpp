// Activities on a session: where they run, and beside whom.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <mutex>
#include <set>

namespace duroxide::laws_of_sessions {
namespace {

using namespace testing_support;

constexpr activity<std::string(int)> step{"step"};
constexpr event<int> go{"go"};
constexpr orchestration<std::string(int)> conversation{"Conversation"};
constexpr orchestration<int(std::string)> crowd{"Crowd"};
constexpr orchestration<std::string(int)> mixed{"Mixed"};
constexpr activity<int(int)> listens{"listens"};
constexpr activity<int(int)> tells{"tells"};
constexpr orchestration<int(int)> meeting{"Meeting"};

// Where each step ran; a pause in the middle if asked for.
task<std::string> run_conversation(orchestration_context ctx, int rounds) {
  std::string session = "s-" + ctx.instance_id();
  std::string first = co_await ctx.schedule_activity(step, 1).on_session(session);
  if (rounds < 0) {
    ctx.set_custom_status("waits");
    co_await ctx.wait_for_event(go);
  }
  std::string second = co_await ctx.schedule_activity(step, 2).on_session(session);
  if (rounds > 0) co_return ctx.continue_as_new(rounds - 1);
  co_return first + " " + second;
}

task<int> run_crowd(orchestration_context ctx, std::string session) {
  std::vector<activity_call<std::string>> calls;
  for (int i = 0; i < 4; ++i)
    calls.push_back(
        ctx.schedule_activity(step, i).on_session(session.empty() ? "own-" + std::to_string(i) : session));
  auto all_of_them = co_await all(std::move(calls));
  co_return static_cast<int>(all_of_them.size());
}

task<std::string> run_mixed(orchestration_context ctx, int) {
  auto both = co_await all(ctx.schedule_activity(step, 1).on_session("m"), ctx.schedule_activity(step, 2),
                           ctx.schedule_activity(step, 3).on_session("m").with_tag("gpu"));
  co_return std::get<0>(both) + " " + std::get<1>(both) + " " + std::get<2>(both);
}

// One tells, the others listen, each on a session of its own.
task<int> run_meeting(orchestration_context ctx, int people) {
  std::vector<activity_call<int>> calls;
  for (int i = 1; i < people; ++i)
    calls.push_back(ctx.schedule_activity(listens, i).on_session("listener-" + std::to_string(i)));
  calls.push_back(ctx.schedule_activity(tells, people).on_session("speaker"));
  auto numbers = co_await all(std::move(calls));
  int sum = 0;
  for (int each : numbers) sum += each;
  co_return sum;
}

void register_all(runtime& runtime) {
  runtime.register_orchestration(conversation, run_conversation);
  runtime.register_orchestration(crowd, run_crowd);
  runtime.register_orchestration(mixed, run_mixed);
}

// How many run at the same time, at most, and in how many sessions.
class crowd_counter {
public:
  explicit crowd_counter(bool others_may_come) : others_may_come_(others_may_come) {}
  std::string run(const activity_context& context) {
    {
      std::lock_guard lock(mutex_);
      sessions_.insert(*context.session_id());
      most_ = std::max(most_.load(), ++now_);
      most_sessions_ = std::max(most_sessions_, sessions_.size());
    }
    // Others come, if they may; where they must not, they get a moment to do it all the same.
    eventually([&] { return most_ > 1; }, others_may_come_ ? duration(patience) : 20ms);
    std::lock_guard lock(mutex_);
    --now_;
    sessions_.erase(*context.session_id());
    return "done";
  }
  int most() const { return most_; }
  std::size_t most_sessions() const { return most_sessions_; }

private:
  std::mutex mutex_;
  std::multiset<std::string> sessions_;
  bool others_may_come_;
  int now_ = 0;
  std::atomic<int> most_ = 0;
  std::size_t most_sessions_ = 0;
};

runtime_options with_workers(std::size_t workers) {
  runtime_options options = verified();
  options.worker_concurrency = workers;
  return options;
}

LAW("an activity knows its session, and the session goes on over continue-as-new") {
  test_store store;
  runtime runtime(store.open(), verified());
  register_all(runtime);
  runtime.register_activity(step, [](activity_context& context, int) { return *context.session_id(); });
  runtime.start();
  runtime.client().start(conversation, "c", 2);
  CHECK(runtime.client().instance(conversation, "c").result(patience) == "s-c s-c");
}

LAW("of one session, activities run one by one; with a node id, side by side") {
  for (const char* node_id : {"", "node-1"}) {
    test_store store;
    runtime_options options = with_workers(4);
    options.worker_node_id = node_id;
    crowd_counter counter(!options.worker_node_id.empty());
    runtime runtime(store.open(), options);
    register_all(runtime);
    runtime.register_activity(step, [&](activity_context& context, int) { return counter.run(context); });
    runtime.start();
    runtime.client().start(crowd, "c", "shared");
    CHECK(runtime.client().instance(crowd, "c").result(patience) == 4);
    if (options.worker_node_id.empty())
      CHECK(counter.most() == 1);
    else
      CHECK(counter.most() > 1);
  }
}

LAW("a runtime holds no more sessions than it may") {
  test_store store;
  runtime_options options = with_workers(4);
  options.max_sessions_per_runtime = 1;
  crowd_counter counter(false);
  runtime runtime(store.open(), options);
  register_all(runtime);
  runtime.register_activity(step, [&](activity_context& context, int) { return counter.run(context); });
  runtime.start();
  runtime.client().start(crowd, "c", "");
  CHECK(runtime.client().instance(crowd, "c").result(patience) == 4);
  CHECK(counter.most_sessions() == 1);
}

LAW("a session stays with the runtime that has it, and moves on when that stops") {
  test_store store;
  runtime orchestrator(store.open(), with_workers(0));
  register_all(orchestrator);
  orchestrator.start();
  std::vector<std::unique_ptr<runtime>> workers;
  for (std::string name : {"one", "two"}) {
    runtime_options options = with_workers(2);
    options.orchestration_concurrency = 0;
    workers.push_back(std::make_unique<runtime>(store.open(), options));
    workers.back()->register_activity(step, [name](activity_context&, int) { return name; });
    workers.back()->start();
  }
  client client = orchestrator.client();
  for (int i = 0; i < 10; ++i) {
    std::string id = "c" + std::to_string(i);
    client.start(conversation, id, 0);
    std::string ran = client.instance(conversation, id).result(patience);
    CHECK((ran == "one one" || ran == "two two"));
  }
  client.start(conversation, "moving", -1);
  REQUIRE(eventually([&] { return client.instance("moving").status().custom_status == "waits"; }));
  workers.front().reset();
  client.instance("moving").raise(go, 1);
  std::string ran = client.instance(conversation, "moving").result(patience);
  CHECK(ran.ends_with(" two"));
}

LAW("coroutines that wait take no room from an activity that they wait for") {
  test_store store;
  static std::atomic<bool> told = false;
  told = false;
  runtime runtime(store.open(), with_workers(1));
  register_all(runtime);
  runtime.register_orchestration(meeting, run_meeting);
  runtime.register_activity(listens, [](activity_context& context, int n) -> activity_task<int> {
    while (!told && !context.is_cancelled()) co_await pause_for(context, 1ms);
    co_return n;
  });
  runtime.register_activity(tells, [](activity_context&, int n) {
    told = true;
    return n;
  });
  runtime.start();
  runtime.client().start(meeting, "m", 6);
  CHECK(runtime.client().instance(meeting, "m").result(patience) == 21);
}

LAW("a session that a name which is gone reserves is free after its time") {
  test_store store;
  runtime_options patient = with_workers(0);  // nobody has a handler between the one and the other
  patient.unregistered_backoff_base = patient.unregistered_backoff_limit = patience;
  runtime orchestrator(store.open(), patient);
  register_all(orchestrator);
  orchestrator.start();
  orchestrator.client().start(crowd, "c", "reserved");
  auto other = store.open();
  auto member = other->join({"gone soon", {}, {"step"}, false}).value();
  activity_claim claim;
  claim.names = {"step"};
  claim.limit = 1;
  claim.max_sessions = 1;
  claim.session_owner = "gone";
  claim.session_idle_timeout = 1h;
  claim.session_lock_timeout = 300ms;
  REQUIRE(eventually([&] {
    claim.now = std::chrono::floor<duration>(std::chrono::system_clock::now());
    return other->claim_activities(member.node, claim).value().size() == 1;
  }));
  other->leave(member.node).value();
  runtime_options options = with_workers(1);
  options.orchestration_concurrency = 0;
  options.session_lock_timeout = 300ms;
  runtime worker(store.open(), options);
  worker.register_activity(step, [](activity_context&, int) { return std::string("done"); });
  worker.start();
  CHECK(orchestrator.client().instance(crowd, "c").result(patience) == 4);
}

LAW("session, tag and neither go together in one orchestration") {
  test_store store;
  runtime_options options = with_workers(2);
  options.worker_tag_filter = tag_filter::default_and({"gpu"});
  runtime runtime(store.open(), options);
  register_all(runtime);
  runtime.register_activity(step, [](activity_context& context, int n) {
    return std::to_string(n) + context.session_id().value_or("-") + context.tag().value_or("-");
  });
  runtime.start();
  runtime.client().start(mixed, "m", 1);
  CHECK(runtime.client().instance(mixed, "m").result(patience) == "1m- 2-- 3mgpu");
}

}  // namespace
}  // namespace duroxide::laws_of_sessions
