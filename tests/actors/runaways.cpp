// Trees that grow without end: they are stopped with their root, and by max_depth.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <chrono>
#include <future>

namespace duroxide::laws_of_runaways {
namespace {

using namespace testing_support;

constexpr orchestration<int(int)> chain{"Chain"};
constexpr orchestration<int(int)> bomb{"Bomb"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> parent{"Parent"};
constexpr orchestration<int(int)> child{"Child"};
constexpr event<int> go{"go"};

task<int> run_chain(orchestration_context ctx, int n) {
  int below = co_await ctx.schedule_sub_orchestration(chain, n + 1);
  co_return below;
}

task<int> run_bomb(orchestration_context ctx, int n) {
  auto left = ctx.schedule_sub_orchestration(bomb, n + 1);
  auto right = ctx.schedule_sub_orchestration(bomb, n + 1);
  auto both = co_await all(std::move(left), std::move(right));
  co_return std::get<0>(both);
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Gives 1 if its child could start no child of its own.
task<int> run_parent(orchestration_context ctx, int) {
  int refused = co_await ctx.schedule_sub_orchestration(child, 0).with_id("child");
  co_return refused;
}

task<int> run_child(orchestration_context ctx, int) {
  co_await ctx.wait_for_event(go);
  ctx.start_orchestration(chain, "detached", 0);
  bool refused = false;
  try {
    co_await ctx.schedule_sub_orchestration(chain, 0);
  } catch (const sub_orchestration_failed& e) {
    refused = e.kind() == error_kind::limit_exceeded;
  }
  co_return refused ? 1 : 0;
}

std::unique_ptr<runtime> start_on(std::shared_ptr<provider> store, runtime_options options = {}) {
  auto started = std::make_unique<runtime>(std::move(store), std::move(options));
  started->register_orchestration(chain, run_chain);
  started->register_orchestration(bomb, run_bomb);
  started->register_orchestration(waiting, run_waiting);
  started->register_orchestration(parent, run_parent);
  started->register_orchestration(child, run_child);
  started->start();
  return started;
}

// Until it has so many instances.
system_metrics grown(const admin& over, std::uint64_t instances) {
  system_metrics seen;
  REQUIRE(eventually([&] { return (seen = over.get_system_metrics()).instances >= instances; }, patience));
  return seen;
}

}  // namespace

LAW("a tree that grows without end ends when its root is cancelled, and all of it is cancelled") {
  for (const auto& [name, instances] : {std::pair{chain.name(), 300}, std::pair{bomb.name(), 3000}}) {
    test_store store;
    auto runtime = start_on(store.open());
    client client = runtime->client();
    client.start({std::string(name), "root", "0", {}});
    grown(client.admin(), static_cast<std::uint64_t>(instances));
    client.instance("root").cancel("stop");
    CHECK(client.instance("root").wait(patience).status == runtime_status::cancelled);
    system_metrics seen;
    CHECK(eventually(
        [&] {
          seen = client.admin().get_system_metrics();
          return seen.running + seen.pending == 0;
        },
        patience));
    CHECK(seen.cancelled == seen.instances);
    CHECK(client.admin().verify().inconsistencies == 0);
    runtime->shutdown();
  }
}

LAW("a tree that grows without end is gone when its root is deleted by force, and stays away") {
  for (const auto& [name, instances] : {std::pair{chain.name(), 200}, std::pair{bomb.name(), 2000}}) {
    test_store store;
    auto runtime = start_on(store.open());
    client client = runtime->client();
    client.start({std::string(name), "root", "0", {}});
    grown(client.admin(), static_cast<std::uint64_t>(instances));
    CHECK(client.admin().delete_instance("root", true).instances >= static_cast<std::uint64_t>(instances));
    client.start(waiting, "another", 1);
    client.instance("another").raise(go, 1);
    CHECK(client.instance(waiting, "another").result(patience) == 2);
    CHECK(client.admin().get_system_metrics().instances == 1);
    runtime->shutdown();
  }
}

LAW("a sub-orchestration deeper than max_depth is not started, and fails by that name") {
  test_store store;
  runtime_options options = verified();
  options.max_depth = 3;
  auto runtime = start_on(store.open(), options);
  client client = runtime->client();
  client.start(chain, "root", 0);
  const instance_status end = client.instance("root").wait(patience);
  CHECK(end.status == runtime_status::failed);
  REQUIRE(end.error.has_value());
  CHECK(end.error->category == error_category::application);
  CHECK(end.error->kind == error_kind::limit_exceeded);
  for (const char* part :
       {"max_depth is 3", "4 levels below", "'root::sub::2::sub::2::sub::2'", "continue as new"})
    CHECK(end.error->message.find(part) != std::string::npos);
  CHECK(client.admin().get_system_metrics().instances == 4);
  CHECK(client.admin().verify().inconsistencies == 0);
  runtime->shutdown();
  // A look at an option, not at the store.
  options.max_depth = 1'000'000'001;
  CHECK(kind_of([&] { duroxide::runtime(store.open(), options); }) == error_kind::invalid_argument);
}

LAW("max_depth counts from the root, after a restart too, and what is detached is a root itself") {
  test_store store;
  runtime_options options = verified();
  options.max_depth = 1;
  auto first = start_on(store.open(), options);
  first->client().start(parent, "root", 0);
  REQUIRE(
      eventually([&] { return first->client().instance("child").status().status == runtime_status::running; },
                 patience));
  first->shutdown();

  auto second = start_on(store.open(), options);
  client client = second->client();
  client.instance("child").raise(go, 1);
  CHECK(client.instance(parent, "root").result(patience) == 1);  // the child's child was too deep
  CHECK(client.instance("detached").wait(patience).error->message.find("2 levels below") !=
        std::string::npos);
  CHECK(client.instance("detached::sub::2").status().status == runtime_status::failed);
  second->shutdown();
}

LAW("a runtime that stops does not wait for turns that can be made again, and they are") {
  test_store store;
  auto faults = std::make_shared<testing_support::faults>();
  std::atomic<bool> refuses = false;
  faults->before_commit = [&](const commit_batch& batch) -> std::optional<store_error> {
    if (!refuses || batch.turns.empty()) return std::nullopt;
    return store_error{commit_certainty::not_done, error_kind::store_unavailable, "it is as slow as can be"};
  };
  runtime_options options = verified();
  options.shutdown_timeout = patience;
  auto first = start_on(with_faults(store.open(), faults), options);
  for (int i = 0; i < 100; ++i) first->client().start(waiting, "w" + std::to_string(i), i);
  refuses = true;
  client outside(store.open());
  for (int i = 0; i < 100; ++i) outside.instance("w" + std::to_string(i)).raise(go, 1);
  REQUIRE(eventually([&] { return first->metrics().waiting_turns == 100; }, patience));
  const auto began = std::chrono::steady_clock::now();
  first->shutdown();
  CHECK(std::chrono::steady_clock::now() - began < patience / 2);
  refuses = false;
  auto second = start_on(store.open(), options);
  for (int i = 0; i < 100; ++i)
    CHECK(second->client().instance(waiting, "w" + std::to_string(i)).result(patience) == i + 1);
  second->shutdown();
}

}  // namespace duroxide::laws_of_runaways
