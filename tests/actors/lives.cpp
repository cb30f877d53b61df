// An instance id that is used again while the one before is still in memory, or has work under way.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <atomic>
#include <latch>

namespace duroxide::laws_of_lives_in_memory {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> one_step{"OneStep"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(work, n);
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// A namesake of an id: one whose owner keeps it where it keeps that one, so that what is asked of the two is
// passed on in the order of asking.
std::string namesake_of(const std::string& id) {
  for (int i = 0;; ++i)
    if (std::string other = "n" + std::to_string(i); shard_of(other, 256) == shard_of(id, 256)) return other;
}

}  // namespace

LAW("an instance of a deleted one's id does not get the result of that one's activity") {
  test_store store;
  runtime running(store.open(), verified());
  std::atomic<bool> first_runs = false;
  std::latch first_may_end{1};
  std::latch second_may_end{1};
  running.register_activity(work, [&](activity_context&, int n) {
    if (n == 1) first_runs = true;
    (n == 1 ? first_may_end : second_may_end).wait();
    return 10 * n;
  });
  running.register_orchestration(one_step, run_one_step);
  running.start();
  client clients = running.client();
  clients.start(one_step, "a", 1);
  REQUIRE(eventually([&] { return first_runs.load(); }));
  clients.admin().delete_instance("a", true, 0s);
  REQUIRE(clients.start(one_step, "a", 2).was_started());
  first_may_end.count_down();
  const auto runs = [&] { return running.metrics().activity("work"); };
  CHECK(eventually([&] { return runs().succeeded + runs().cancelled == 1; }));
  CHECK(eventually([&] { return running.metrics().running_activities == 1; }));
  second_may_end.count_down();
  CHECK(clients.instance(one_step, "a").result(patience) == 20);
  CHECK(clients.admin().verify().inconsistencies == 0);
}

LAW("an instance in memory makes way when others delete it and use its id again") {
  test_store store;
  runtime running(store.open(), verified());
  running.register_orchestration(waiting, run_waiting);
  running.start();
  client clients = running.client();
  const auto others = store.open();
  client outside(others);
  for (int round = 1; round < 20; ++round) {
    REQUIRE(outside.start(waiting, "a", round).was_started());
    REQUIRE(eventually([&] { return clients.instance("a").status().status == runtime_status::running; }));
    if (round % 2 == 1) {
      admin(others).delete_instance("a", true, 0s);
      continue;
    }
    outside.instance("a").raise(go, 100);
    CHECK(outside.instance(waiting, "a").result(patience) == 100 + round);
    admin(others).delete_instance("a");
  }
  CHECK(clients.admin().verify().inconsistencies == 0);
  CHECK(clients.admin().get_queue_depths().messages == 0);
}

LAW("a start that comes after a deletion is not told of the instance that was read before it") {
  test_store store;
  {
    runtime before(store.open(), verified());
    before.register_orchestration(waiting, run_waiting);
    before.start();
    before.client().start(waiting, "a", 1);
  }
  std::latch has_read{1};
  std::latch may_answer{1};
  std::atomic<bool> is_first = true;
  const auto watched = std::make_shared<faults>();
  watched->after_load = [&](loaded_instance& loaded) {
    if (loaded.instance != "a" || !is_first.exchange(false)) return;
    has_read.count_down();
    may_answer.wait();
  };
  runtime running(with_faults(store.open(), watched), verified());
  running.register_orchestration(waiting, run_waiting);
  running.start();
  client clients = running.client();
  clients.instance("a").raise(go, 10);
  has_read.wait();
  admin(store.open()).delete_instance("a", true, 0s);
  auto again = clients.async().start(waiting, "a", 2);
  clients.start(waiting, namesake_of("a"), 0);
  may_answer.count_down();
  REQUIRE(again.get().was_started());
  clients.instance("a").raise(go, 100);
  CHECK(clients.instance(waiting, "a").result(patience) == 102);
  CHECK(clients.admin().verify().inconsistencies == 0);
}

}  // namespace duroxide::laws_of_lives_in_memory
