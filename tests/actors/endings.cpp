// Endings that must reach the right instances, and no others.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"
#include "tests/support/history_of.hpp"

namespace duroxide::laws_of_endings {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> missing{"Missing"};
constexpr orchestration<int(int)> borrower{"Borrower"};
constexpr orchestration<int(int)> parent{"Parent"};

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Asks for a child whose id belongs to somebody else, and does not wait for it any more when `go` comes.
task<int> run_borrower(orchestration_context ctx, int) {
  auto first =
      co_await race(ctx.schedule_sub_orchestration(waiting, 1).with_id("somebody"), ctx.wait_for_event(go));
  int more = co_await ctx.wait_for_event(go);
  co_return static_cast<int>(first.index()) + more;
}

task<int> run_parent(orchestration_context ctx, int n) {
  int child = co_await ctx.schedule_sub_orchestration(waiting, n).with_id("the-child");
  co_return child;
}

std::unique_ptr<runtime> start_on(std::shared_ptr<provider> store) {
  runtime_options options = verified();
  options.max_failed_attempts = 3;
  auto started = std::make_unique<runtime>(std::move(store), options);
  started->register_orchestration(waiting, run_waiting);
  started->register_orchestration(borrower, run_borrower);
  started->register_orchestration(parent, run_parent);
  started->start();
  return started;
}

LAW("an instance that was never run ends as poison with a whole history") {
  test_store store;
  client(store.open()).start(missing, "m", 1);
  auto runtime = start_on(store.open());
  CHECK(runtime->client().instance("m").wait(patience).status == runtime_status::failed);
  CHECK(event_kinds(*store.open(), "m") ==
        std::vector<std::string>{"orchestration_started", "orchestration_failed"});
}

LAW("an instance whose history cannot be read leaves no child running") {
  test_store store;
  {
    auto first = start_on(store.open());
    first->client().start(parent, "p", 1);
    REQUIRE(eventually(
        [&] { return first->client().instance("the-child").status().status == runtime_status::running; }));
  }
  auto injected = std::make_shared<faults>();
  injected->after_load = [](loaded_instance& loaded) {
    if (loaded.instance == "p") loaded.history.front().packed = "{}";
  };
  auto second = start_on(with_faults(store.open(), injected));
  second->client().instance("p").raise(go, 1);
  CHECK(second->client().instance("p").wait(patience).status == runtime_status::failed);
  CHECK(eventually(
      [&] { return second->client().instance("the-child").status().status == runtime_status::cancelled; }));
}

LAW("who asks for a child whose id is taken cannot cancel its owner") {
  test_store store;
  auto injected = std::make_shared<faults>();
  client elsewhere(store.open());
  bool raised = false;
  bool lost = false;
  auto starts_child = [](const commit_batch& batch) {
    for (const auto& turn : batch.turns)
      if (turn->instance == "b" && !turn->starts.empty()) return true;
    return false;
  };
  injected->before_commit = [&](const commit_batch& batch) -> std::optional<store_error> {
    if (starts_child(batch) && !std::exchange(raised, true)) elsewhere.instance("b").raise(go, 1);
    return std::nullopt;
  };
  injected->after_commit = [&](const commit_batch& batch) -> std::optional<store_error> {
    if (!starts_child(batch) || std::exchange(lost, true)) return std::nullopt;
    return store_error{commit_certainty::fenced, error_kind::store_unavailable, "injected"};
  };
  elsewhere.start(waiting, "somebody", 40);
  elsewhere.start(borrower, "b", 1);
  auto runtime = start_on(with_faults(store.open(), injected));
  REQUIRE(eventually([&] { return lost && event_kinds(*store.open(), "b").size() >= 6; }));
  CHECK(raised);
  elsewhere.instance("b").raise(go, 1);
  CHECK(elsewhere.instance("b").wait(patience).status == runtime_status::completed);
  // Had it been cancelled, it would have been before this.
  elsewhere.instance("somebody").raise(go, 2);
  CHECK(elsewhere.instance(waiting, "somebody").result(patience) == 42);
}

}  // namespace
}  // namespace duroxide::laws_of_endings
