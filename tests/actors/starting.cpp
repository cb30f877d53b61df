// The options of a start.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <tuple>

namespace duroxide::laws_of_starting {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> echo{"Echo"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> family{"Family"};
constexpr activity<int(int)> stubborn{"stubborn"};
constexpr orchestration<int(int)> one_step{"OneStep"};

task<int> run_echo(orchestration_context, int n) { co_return n; }

task<int> run_waiting(orchestration_context ctx, int) { co_return co_await ctx.wait_for_event(go); }

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(stubborn, n);
}

task<int> run_family(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_sub_orchestration(echo, n);
}

void start(runtime& runtime) {
  runtime.register_orchestration(echo, run_echo);
  runtime.register_orchestration(waiting, run_waiting);
  runtime.register_orchestration(family, run_family);
  runtime.start();
}

// The clients of one store: the runtime's own client, and one that works through the store.
std::vector<client> clients_of(runtime& runtime, test_store& store) {
  return {runtime.client(), client(store.open())};
}

LAW("a delayed start waits, is seen as pending, and may be cancelled meanwhile") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  int number = 0;
  for (client client : clients_of(runtime, store)) {
    std::string id = "d" + std::to_string(++number);
    CHECK(client.start(echo, id, 7, {.delay = 1h}).was_started());
    CHECK(client.instance(id).status().status == runtime_status::pending);
    CHECK_FALSE(client.start(echo, id, 8).was_started());
    client.instance(id).cancel("not needed");
    CHECK(client.instance(id).wait(patience).status == runtime_status::cancelled);
    client.start(echo, id + " soon", 7, {.delay = 20ms});
    auto ended = client.instance(id + " soon").wait(patience);
    CHECK(ended.output == "7");
    CHECK(ended.updated_at - ended.created_at >= 20ms);
  }
}

LAW("what arrives before a delayed start is there when it starts, and does not start it") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 50ms;  // it comes and goes before it starts
  runtime runtime(store.open(), options);
  start(runtime);
  client client = runtime.client();
  client.start(waiting, "early", 1, {.delay = 400ms});
  client.instance("early").raise(go, 9);
  CHECK(client.instance("early").status().status == runtime_status::pending);
  auto ended = client.instance("early").wait(patience);
  CHECK(ended.output == "9");
  CHECK(ended.updated_at - ended.created_at >= 400ms);
}

LAW("the outcome of an activity of the old instance is none for the one that replaces it") {
  test_store store;
  runtime runtime(store.open(), verified());
  std::atomic<int> runs = 0;
  std::atomic<bool> finish = false;
  runtime.register_activity(stubborn, [&](activity_context& context, int n) {
    ++runs;
    while (n == 1 && !finish) std::ignore = context.wait_for_cancellation(0ms);  // does not stop when told
    return n;
  });
  runtime.register_orchestration(one_step, run_one_step);
  start(runtime);
  client client = runtime.client();
  client.start(one_step, "s", 1);
  REQUIRE(eventually([&] { return runs == 1; }));
  client.instance("s").cancel("enough");
  client.instance("s").wait(patience);
  client.start(one_step, "s", 2, {.if_exists = existing_instance::replace_terminal});
  CHECK(client.instance(one_step, "s").result(patience) == 2);
  finish = true;
}

LAW("labels are kept with the instance") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  int number = 0;
  for (client client : clients_of(runtime, store)) {
    std::string id = "l" + std::to_string(++number);
    client.start(echo, id, 1, {.labels = {{"team", "red"}, {"city", "Ulm"}}});
    auto ended = client.instance(id).wait(patience);
    CHECK(ended.labels == std::vector<label>{{"city", "Ulm"}, {"team", "red"}});
    CHECK(client.instance(id).status().labels == ended.labels);
    CHECK(kind_of([&] {
            client.start(echo, "x", 1, {.labels = {{"team", "a"}, {"team", "b"}}});
          }) == error_kind::invalid_argument);
  }
}

LAW("an existing instance can be an error") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  for (client client : clients_of(runtime, store)) {
    client.start(waiting, "w", 1);
    CHECK(kind_of([&] { client.start(waiting, "w", 1, {.if_exists = existing_instance::fail}); }) ==
          error_kind::already_exists);
    CHECK(client.instance("w").status().status == runtime_status::running);
  }
}

LAW("an instance that has ended can be replaced, with its children; one that runs is left alone") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  start_options replace{.if_exists = existing_instance::replace_terminal};
  int number = 0;
  for (client client : clients_of(runtime, store)) {
    std::string id = "f" + std::to_string(++number);
    for (int round = 1; round <= 3; ++round) {
      CHECK(client.start(family, id, round, replace).was_started());
      CHECK(client.instance(family, id).result(patience) == round);
    }
    client.start(waiting, id + "w", 1);
    CHECK_FALSE(client.start(waiting, id + "w", 1, replace).was_started());
    client.instance(id + "w").raise(go, 5);
    CHECK(client.instance(waiting, id + "w").result(patience) == 5);
  }
}

}  // namespace
}  // namespace duroxide::laws_of_starting
