// A store that refuses, fails or answers late never becomes a failure of an orchestration (I10), and nothing
// that a refused turn asked for happens (I2).
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <atomic>
#include <stdexcept>

namespace duroxide::laws_of_ownership {
namespace {

using namespace testing_support;

std::atomic<int> runs = 0;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> steps{"Steps"};

task<int> run_steps(orchestration_context ctx, int n) {
  for (int i = 0; i < 5; ++i) {
    int next = co_await ctx.schedule_activity(step, n);
    n = next;
  }
  co_return n;
}

struct faulty_runtime {
  explicit faulty_runtime(std::shared_ptr<faults> injected)
      : running(with_faults(store.open(), std::move(injected)), verified()) {
    runs = 0;
    running.register_activity(step, [](activity_context&, int n) {
      ++runs;
      return n + 1;
    });
    running.register_orchestration(steps, run_steps);
    running.start();
  }

  test_store store;
  runtime running;
};

store_error failed(commit_certainty certainty) {
  return {certainty, error_kind::store_unavailable, "injected"};
}

LAW("commits that fail for a while are tried again, and nothing runs twice") {
  auto injected = std::make_shared<faults>();
  injected->before_commit = [injected = injected.get()](const commit_batch&) -> std::optional<store_error> {
    if (injected->commits % 3 != 0) return failed(commit_certainty::not_done);
    return std::nullopt;
  };
  faulty_runtime faulty(injected);
  faulty.running.client().start(steps, "s", 1);
  CHECK(faulty.running.client().instance(steps, "s").result(patience) == 6);
  CHECK(runs == 5);
}

LAW("an activity starts only after the turn that scheduled it is durable") {
  auto injected = std::make_shared<faults>();
  std::atomic<bool> refuse = true;
  injected->before_commit = [&](const commit_batch&) -> std::optional<store_error> {
    if (refuse) return failed(commit_certainty::not_done);
    return std::nullopt;
  };
  faulty_runtime faulty(injected);
  auto started = faulty.running.client().async().start(steps, "s", 1);
  REQUIRE(eventually([&] { return injected->commits >= 3; }));
  CHECK(runs == 0);
  CHECK(started.wait_for(0ms) == std::future_status::timeout);  // the client has not been told either
  refuse = false;
  CHECK(started.get().was_started());
  CHECK(faulty.running.client().instance(steps, "s").result(patience) == 6);
}

// Whatever the store says about the third commit, the outcome is the same.
void survives(commit_certainty certainty, bool was_made) {
  auto injected = std::make_shared<faults>();
  std::atomic<int> told = 0;
  auto tell = [injected = injected.get(), &told,
               certainty](const commit_batch&) -> std::optional<store_error> {
    if (injected->commits < 3 || told++ > 0) return std::nullopt;
    return failed(certainty);
  };
  (was_made ? injected->after_commit : injected->before_commit) = tell;
  faulty_runtime faulty(injected);
  faulty.running.client().start(steps, "s", 1);
  client elsewhere(faulty.store.open());  // a client of the runtime is told that it lost its ownership
  CHECK(elsewhere.instance(steps, "s").result(patience) == 6);
  CHECK(injected->joins == 2);
  CHECK(runs >= 5);
}

LAW("a fenced writer throws its memory away, joins again, and goes on") {
  survives(commit_certainty::fenced, false);
}
LAW("an in-doubt commit that was not made is repaired") { survives(commit_certainty::unknown, false); }
LAW("an in-doubt commit that was made is not made again") { survives(commit_certainty::unknown, true); }

// A defect of ours, or of a store.
void die_once(std::atomic<bool>& died) {
  if (!died.exchange(true)) throw std::logic_error("nobody expected this");
}

LAW("an actor of the node that dies of a defect does not stop the node, which begins again from the store") {
  auto injected = std::make_shared<faults>();
  std::atomic<bool> died = false;
  SECTION("the journal") {
    injected->before_commit = [&,
                               injected = injected.get()](const commit_batch&) -> std::optional<store_error> {
      if (injected->commits >= 3) die_once(died);
      return std::nullopt;
    };
  }
  SECTION("a reader") {
    injected->before_load = [&](const std::string&) -> std::optional<store_error> {
      die_once(died);
      return std::nullopt;
    };
  }
  SECTION("the inbox reader") {
    injected->before_fetch_activities = [&, injected = injected.get()] {
      if (injected->joins > 0) die_once(died);
    };
  }
  faulty_runtime faulty(injected);
  client elsewhere(faulty.store.open());
  elsewhere.start(steps, "s", 1);
  CHECK(elsewhere.instance(steps, "s").result(patience) == 6);
  CHECK(died);
  CHECK(injected->joins == 2);
}

LAW("a row that cannot be read parks its instance alone, and stops nobody else") {
  auto injected = std::make_shared<faults>();
  injected->before_load = [](const std::string& instance) -> std::optional<store_error> {
    if (instance == "bad")
      return store_error{commit_certainty::broken, error_kind::corrupted_history, "row 7 is garbage"};
    return std::nullopt;
  };
  faulty_runtime faulty(injected);
  client elsewhere(faulty.store.open());
  elsewhere.start(steps, "bad", 1);
  elsewhere.start(steps, "good", 1);
  CHECK(elsewhere.instance(steps, "good").result(patience) == 6);
  CHECK(elsewhere.instance("bad").status().status ==
        runtime_status::pending);  // nothing lost, nothing half-written
}

}  // namespace
}  // namespace duroxide::laws_of_ownership
