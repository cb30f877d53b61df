// Several runtimes that share the shards of one store: balance, handing over, and what must not be lost on
// the way. On a store of one owner the same laws hold, with one runtime doing the work.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <map>
#include <set>

namespace duroxide::laws_of_cluster {
namespace {

using namespace testing_support;

constexpr activity<int(int)> add_one{"add_one"};
constexpr activity<int(int)> slow{"slow"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> steps{"Steps"};
constexpr orchestration<int(int)> family{"Family"};
constexpr orchestration<int(int)> patient{"Patient"};
constexpr orchestration<int(int)> long_job{"LongJob"};
constexpr orchestration<int(int)> sleeper{"Sleeper"};
constexpr orchestration<int(int)> crowd{"Crowd"};

task<int> run_steps(orchestration_context ctx, int n) {
  for (int i = 0; i < 4; ++i) {
    int next = co_await ctx.schedule_activity(add_one, n);
    n = next;
  }
  co_return n;
}

task<int> run_family(orchestration_context ctx, int n) {
  std::vector<sub_orchestration_call<int>> calls;
  for (int i = 0; i < n; ++i) calls.push_back(ctx.schedule_sub_orchestration(steps, i));
  int sum = 0;
  for (int each : co_await all(std::move(calls))) sum += each;
  co_return sum;
}

task<int> run_patient(orchestration_context ctx, int n) { co_return n + co_await ctx.wait_for_event(go); }

task<int> run_long_job(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(slow, n);
}

task<int> run_sleeper(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(1500ms);
  co_return n;
}

task<int> run_crowd(orchestration_context ctx, int n) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < n; ++i) calls.push_back(ctx.schedule_activity(slow, i));
  int sum = 0;
  for (int each : co_await all(std::move(calls))) sum += each;
  co_return sum;
}

class node_of_cluster {
public:
  explicit node_of_cluster(test_store& store, std::atomic<bool>* finish = nullptr)
      : runtime_(store.open(), verified()) {
    runtime_.register_activity(add_one, [](activity_context&, int n) { return n + 1; });
    runtime_.register_activity(slow, [this, finish](activity_context& context, int n) {
      ++slow_runs;
      while (finish && !*finish) {
        if (context.wait_for_cancellation(1ms)) ++slow_cancelled;
        if (context.is_cancelled()) break;
      }
      return n;
    });
    runtime_.register_orchestration(steps, run_steps);
    runtime_.register_orchestration(family, run_family);
    runtime_.register_orchestration(patient, run_patient);
    runtime_.register_orchestration(long_job, run_long_job);
    runtime_.register_orchestration(sleeper, run_sleeper);
    runtime_.register_orchestration(crowd, run_crowd);
    runtime_.start();
  }

  duroxide::client client() const { return runtime_.client(); }
  void stop() { runtime_.shutdown(); }

  std::atomic<int> slow_runs = 0;
  std::atomic<int> slow_cancelled = 0;

private:
  runtime runtime_;
};

bool has_many_owners(const test_store& store) { return store.kind() == "PostgreSQL"; }

std::multiset<std::size_t> shards_owned(test_store& store) {
  std::multiset<std::size_t> counts;
  for (const node_info& each : admin(store.open()).list_nodes(0)) counts.insert(each.shards.size());
  return counts;
}

// Waits until each of the nodes has its share.
bool is_balanced(test_store& store, std::size_t nodes) {
  if (!has_many_owners(store)) return true;
  return eventually(
      [&] {
        auto counts = shards_owned(store);
        std::size_t sum = 0;
        for (std::size_t each : counts) sum += each;
        return counts.size() == nodes && sum == 256 && *counts.rbegin() == (256 + nodes - 1) / nodes;
      },
      patience);
}

LAW("nodes that come get their share of the shards, and nodes that go leave theirs to the others") {
  test_store store;
  node_of_cluster first(store);
  CHECK(is_balanced(store, 1));
  auto second = std::make_unique<node_of_cluster>(store);
  CHECK(is_balanced(store, 2));
  auto third = std::make_unique<node_of_cluster>(store);
  CHECK(is_balanced(store, 3));
  second.reset();
  CHECK(is_balanced(store, 2));
  third.reset();
  CHECK(is_balanced(store, 1));
}

LAW("orchestrations, their children and their parents run wherever their shards are, started from anywhere") {
  test_store store;
  node_of_cluster first(store);
  node_of_cluster second(store);
  node_of_cluster third(store);
  REQUIRE(is_balanced(store, 3));
  std::map<std::string, std::future<instance_status>> ended;
  int n = 0;
  for (const auto* node : {&first, &second, &third})
    for (int i = 0; i < 5; ++i) {
      std::string id = "f" + std::to_string(n++);
      CHECK(node->client().start(family, id, 20).was_started());
      ended[id] = node->client().async().instance(id).wait(patience);
    }
  for (auto& [id, end] : ended) CHECK(end.get().output == "270");
}

LAW("an id is started once, from whichever node") {
  test_store store;
  node_of_cluster first(store);
  node_of_cluster second(store);
  REQUIRE(is_balanced(store, 2));
  for (int i = 0; i < 20; ++i) {
    std::string id = "s" + std::to_string(i);
    auto one = first.client().async().start(steps, id, i);
    auto two = second.client().async().start(steps, id, i + 100);
    CHECK(one.get().was_started() != two.get().was_started());
    int result = first.client().instance(steps, id).result(patience);
    CHECK(result % 100 == i + 4);
  }
}

LAW("while shards move to nodes that come and from nodes that go, every result is right") {
  test_store store;
  node_of_cluster first(store);
  std::map<std::string, std::future<instance_status>> ended;
  int n = 0;
  const auto start_some = [&](const node_of_cluster& from) {
    for (int i = 0; i < 40; ++i) {
      std::string id = "f" + std::to_string(n++);
      from.client().start(family, id, 5);
      ended[id] = first.client().async().instance(id).wait(patience);
    }
  };
  start_some(first);
  auto second = std::make_unique<node_of_cluster>(store);
  start_some(*second);
  auto third = std::make_unique<node_of_cluster>(store);
  start_some(*third);
  second.reset();
  start_some(first);
  third.reset();
  start_some(first);
  for (auto& [id, end] : ended) CHECK(end.get().output == "30");
}

LAW("events find their instances, and waits end, wherever the shards have gone since") {
  test_store store;
  node_of_cluster first(store);
  std::vector<std::future<instance_status>> ended;
  for (int i = 0; i < 30; ++i) {
    std::string id = "p" + std::to_string(i);
    first.client().start(patient, id, i);
    ended.push_back(first.client().async().instance(id).wait(patience));
  }
  node_of_cluster second(store);
  REQUIRE(is_balanced(store, 2));
  for (int i = 0; i < 30; ++i)
    (i % 2 == 0 ? first : second).client().instance("p" + std::to_string(i)).raise(go, 1000);
  for (int i = 0; i < 30; ++i)
    CHECK(ended[static_cast<std::size_t>(i)].get().output == std::to_string(1000 + i));
}

LAW("timers that were set before their shards moved are due at the new owner") {
  test_store store;
  node_of_cluster first(store);
  for (int i = 0; i < 20; ++i) first.client().start(sleeper, "t" + std::to_string(i), i);
  node_of_cluster second(store);
  for (int i = 0; i < 20; ++i)
    CHECK(second.client().instance(sleeper, "t" + std::to_string(i)).result(patience) == i);
}

LAW("an activity that runs while its shard moves runs once, and its outcome finds the new owner") {
  test_store store;
  std::atomic<bool> finish = false;
  node_of_cluster first(store, &finish);
  for (int i = 0; i < 16; ++i) first.client().start(long_job, "l" + std::to_string(i), i);
  REQUIRE(eventually([&] { return first.slow_runs >= 2; }, patience));
  node_of_cluster second(store, &finish);
  REQUIRE(is_balanced(store, 2));
  finish = true;
  for (int i = 0; i < 16; ++i)
    CHECK(second.client().instance(long_job, "l" + std::to_string(i)).result(patience) == i);
  CHECK(first.slow_runs + second.slow_runs == 16);
}

LAW("what a node has no time for is done by others") {
  test_store store;
  std::atomic<bool> finish = false;
  node_of_cluster first(store, &finish);
  node_of_cluster second(store, &finish);
  REQUIRE(is_balanced(store, 2));
  first.client().start(crowd, "c", 1000);
  // No activity ends before the other node has one of them too.
  REQUIRE(eventually([&] { return first.slow_runs > 0 && second.slow_runs > 0; }, patience));
  finish = true;
  CHECK(first.client().instance(crowd, "c").result(patience) == 499500);
  CHECK(first.slow_runs + second.slow_runs == 1000);
}

LAW("activities that take no time stay with their owner, whoever else is there") {
  test_store store;
  std::atomic<bool> finish = false;
  node_of_cluster first(store, &finish);
  node_of_cluster second(store, &finish);
  REQUIRE(is_balanced(store, 2));
  first.client().start(crowd, "long", 1000);
  REQUIRE(eventually([&] { return first.slow_runs > 0 && second.slow_runs > 0; }, patience));
  finish = true;
  CHECK(first.client().instance(crowd, "long").result(patience) == 499500);
  // Each node has heard of the other by now, and one of them has given long activities away.
  int round = 0;
  CHECK(eventually(
      [&] {
        const int by_first = first.slow_runs;
        const int by_second = second.slow_runs;
        const std::string id = "short" + std::to_string(round++);
        first.client().start(crowd, id, 1000);
        CHECK(first.client().instance(crowd, id).result(patience) == 499500);
        return first.slow_runs == by_first || second.slow_runs == by_second;
      },
      patience));
}

LAW("cancelling reaches an activity that stayed behind when its shard moved") {
  test_store store;
  std::atomic<bool> finish = false;
  node_of_cluster first(store, &finish);
  for (int i = 0; i < 16; ++i) first.client().start(long_job, "l" + std::to_string(i), i);
  REQUIRE(eventually([&] { return first.slow_runs >= 2; }, patience));
  node_of_cluster second(store, &finish);
  REQUIRE(is_balanced(store, 2));
  for (int i = 0; i < 16; ++i) second.client().instance("l" + std::to_string(i)).cancel("enough");
  for (int i = 0; i < 16; ++i)
    CHECK(second.client().instance("l" + std::to_string(i)).wait(patience).status ==
          runtime_status::cancelled);
  CHECK(eventually([&] { return first.slow_cancelled + second.slow_cancelled >= 2; }, patience));
  finish = true;
}

}  // namespace
}  // namespace duroxide::laws_of_cluster
