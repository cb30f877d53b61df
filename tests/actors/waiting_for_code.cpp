// Instances whose code is not here yet: what is sent to them in the meantime waits with them, and they keep
// nobody else waiting.
#include "actors/backoff.hpp"
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_waiting_for_code {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int(int)> adding{"Adding"};
constexpr orchestration<int(int)> upgrading{"Upgrading"};
constexpr orchestration<int(int)> known{"Known"};

// Needs an event and two messages.
task<int> run_adding(orchestration_context ctx, int n) {
  int first = co_await ctx.dequeue_event(numbers);
  int second = co_await ctx.dequeue_event(numbers);
  co_return 100 * n + 10 * first + second;
}

task<int> run_waiting_for_event(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

task<int> run_upgrading_first(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(1ms);
  co_return ctx.continue_as_new(n).with_version("2.0.0");
}

runtime_options patient() {
  runtime_options options = verified();
  options.max_failed_attempts = 1'000'000;
  return options;
}

// A runtime that has the first versions only.
std::unique_ptr<runtime> start_old(test_store& store, runtime_options options = patient()) {
  auto started = std::make_unique<runtime>(store.open(), options);
  started->register_orchestration(known, run_waiting_for_event);
  started->register_orchestration(upgrading, run_upgrading_first);
  started->start();
  return started;
}

std::unique_ptr<runtime> start_new(test_store& store) {
  auto started = std::make_unique<runtime>(store.open(), verified());
  started->register_orchestration(adding, run_adding);
  started->register_orchestration(upgrading, run_upgrading_first);
  started->register_orchestration(upgrading, "2.0.0", run_adding);
  started->start();
  return started;
}

// That others are served shows that an attempt to run `instance` does not stop the node; when it has been
// served often, there have been attempts.
void serves_others(client client, const std::string& prefix) {
  for (int i = 0; i < 5; ++i) {
    std::string id = prefix + std::to_string(i);
    client.start(known, id, i);
    client.instance(id).raise(go, 1);
    CHECK(client.instance(known, id).result(patience) == i + 1);
  }
}

LAW("messages for an instance that nobody here can begin wait for one who can, and stop nobody") {
  test_store store;
  {
    client(store.open()).start(adding, "a", 1);
    client(store.open()).instance("a").enqueue(numbers, 2);
    auto old = start_old(store);
    serves_others(old->client(), "before");
    old->client().instance("a").enqueue(numbers, 3);
    serves_others(old->client(), "after");
    CHECK(old->client().instance("a").status().status == runtime_status::pending);
  }
  CHECK(start_new(store)->client().instance(adding, "a").result(patience) == 123);
}

LAW("messages for an execution whose version is not here wait for it, whenever they come") {
  test_store store;
  {
    auto old = start_old(store);
    client client = old->client();
    client.start(upgrading, "u", 1);
    REQUIRE(eventually([&] { return client.instance("u").status().execution == 2; }));
    client.instance("u").enqueue(numbers, 2);
    serves_others(client, "before");
    client.instance("u").enqueue(numbers, 3);
    CHECK_FALSE(client.start(upgrading, "u", 9).was_started());
    serves_others(client, "after");
    CHECK_FALSE(is_terminal(client.instance("u").status().status));
  }
  auto updated = start_new(store);
  CHECK(updated->client().instance(upgrading, "u").result(patience) == 123);
  CHECK(updated->client().instance("u").status().version == "2.0.0");
}

LAW("a request to cancel an instance that nobody here can run is granted by the first who can") {
  test_store store;
  {
    client(store.open()).start(adding, "a", 1);
    auto old = start_old(store);
    old->client().start(upgrading, "u", 1);
    REQUIRE(eventually([&] { return old->client().instance("u").status().execution == 2; }));
    for (const char* id : {"a", "u"}) old->client().instance(id).cancel("not needed");
    serves_others(old->client(), "other");
  }
  auto updated = start_new(store);
  for (const char* id : {"a", "u"})
    CHECK(updated->client().instance(id).wait(patience).status == runtime_status::cancelled);
}

LAW("pauses between attempts double up to their limit") {
  std::vector<duration> pauses;
  for (std::uint32_t attempt = 1; attempt <= 8; ++attempt)
    pauses.push_back(internal::exponential_backoff(1s, 60s, attempt));
  CHECK(pauses == std::vector<duration>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
  CHECK(internal::exponential_backoff(100ms, 500ms, 3) == 400ms);
  CHECK(internal::exponential_backoff(100ms, 500ms, 4) == 500ms);
  CHECK(internal::exponential_backoff(100ms, 500ms, 4'000'000'000U) == 500ms);
  CHECK(internal::exponential_backoff(1s, 60s, 0) == 1s);
}

}  // namespace
}  // namespace duroxide::laws_of_waiting_for_code
