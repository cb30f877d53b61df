// Instances that cannot be run: they fail alone, completely, and say why.
#include "runtime/history_codec.hpp"
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"
#include "tests/support/history_of.hpp"

namespace duroxide::laws_of_poison {
namespace {

using namespace testing_support;

constexpr activity<int(int)> endless{"endless"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> busy{"Busy"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> counting{"Counting"};
constexpr orchestration<int(int)> parent_of_waiting{"ParentOfWaiting"};

task<int> run_waiting(orchestration_context ctx, int n) {
  int first = co_await ctx.wait_for_event(go);
  int second = co_await ctx.wait_for_event(go);
  co_return n + first + second;
}

// Has an activity and a child.
task<int> run_busy(orchestration_context ctx, int n) {
  auto both = co_await all(ctx.schedule_activity(endless, n),
                           ctx.schedule_sub_orchestration(waiting, n).with_id("the-child"));
  co_return std::get<0>(both) + std::get<1>(both);
}

task<int> run_parent_of_waiting(orchestration_context ctx, int n) {
  int child = co_await ctx.schedule_sub_orchestration(waiting, n).with_id("the-child");
  co_return child;
}

// Tells each event that has come.
task<int> run_counting(orchestration_context ctx, int count) {
  int sum = 0;
  for (int i = 1; i <= count; ++i) {
    sum += co_await ctx.wait_for_event(go);
    ctx.set_custom_status(std::to_string(i));
  }
  co_return sum;
}

runtime_options impatient() {
  runtime_options options = verified();
  options.max_failed_attempts = 3;
  return options;
}

std::unique_ptr<runtime> start_on(std::shared_ptr<provider> store, bool with_busy) {
  auto started = std::make_unique<runtime>(std::move(store), impatient());
  started->register_activity(endless, [](activity_context& context, int n) {
    context.wait_for_cancellation(1h);
    return n;
  });
  started->register_orchestration(waiting, run_waiting);
  started->register_orchestration(counting, run_counting);
  started->register_orchestration(parent_of_waiting, run_parent_of_waiting);
  if (with_busy) started->register_orchestration(busy, run_busy);
  started->start();
  return started;
}

// Runs "bad" to its second event in one runtime, then lets another one load a history that `damage` has been
// done to, and gives how "bad" ends there. "good" stands beside it and must not notice.
error_details after(std::function<void(std::vector<history_row>&)> damage) {
  test_store store;
  {
    auto first = start_on(store.open(), true);
    for (const char* id : {"good", "bad"}) {
      first->client().start(waiting, id, 1);
      first->client().instance(id).raise(go, 1);
      REQUIRE(eventually([&] { return event_kinds(*store.open(), id).size() == 4; }));
    }
  }
  auto injected = std::make_shared<faults>();
  injected->after_load = [&](loaded_instance& loaded) {
    if (loaded.instance == "bad") damage(loaded.history);
  };
  auto second = start_on(with_faults(store.open(), injected), true);
  for (const char* id : {"good", "bad"}) second->client().instance(id).raise(go, 1);
  CHECK(second->client().instance(waiting, "good").result(patience) == 3);
  instance_status ended = second->client().instance("bad").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  return *ended.error;
}

LAW("a history with a hole is never run: its instance fails as poison, and the event is named") {
  error_details why = after([](std::vector<history_row>& rows) { rows.erase(rows.begin()); });
  CHECK(why.category == error_category::poison);
  CHECK_THAT(why.message, Catch::Contains("event 1 is missing"));
}

LAW("a history that cannot be read is never run: its instance fails as poison, and the row is named") {
  error_details why = after([](std::vector<history_row>& rows) { rows.front().packed.resize(20); });
  CHECK(why.category == error_category::poison);
  CHECK_THAT(why.message, Catch::Contains("the history of instance 'bad', execution 1"));
}

LAW("a history that begins with anything but the start is never run") {
  error_details why = after([](std::vector<history_row>& rows) {
    history_event stray;
    stray.kind = event_kind::external_raised;
    stray.name = "go";
    stray.data = "1";
    std::vector<history_event> events(rows.front().count, stray);
    rows.front().packed = internal::pack_events("another build", timestamp{}, events);
  });
  CHECK(why.category == error_category::poison);
  CHECK_THAT(why.message, Catch::Contains("does not begin with orchestration_started"));
}

LAW("failures between which an instance makes turns are not added up") {
  test_store store;
  auto injected = std::make_shared<faults>();
  auto fails = std::make_shared<std::atomic<bool>>(false);
  injected->finds_stale = [fails](const turn_commit&) { return fails->exchange(false); };
  auto node = start_on(with_faults(store.open(), injected), false);
  client client = node->client();
  const int often = 2 * static_cast<int>(*impatient().max_failed_attempts);
  client.start(counting, "c", often);
  REQUIRE(eventually([&] { return client.instance("c").status().status == runtime_status::running; }));
  for (int i = 1; i <= often; ++i) {
    *fails = true;
    client.instance("c").raise(go, 1);
    REQUIRE(eventually([&] { return client.instance("c").status().custom_status == std::to_string(i); }));
    CHECK_FALSE(*fails);
  }
  CHECK(client.instance(counting, "c").result(patience) == often);
}

LAW("a parent is told that its child's history is broken") {
  test_store store;
  {
    auto first = start_on(store.open(), true);
    client client = first->client();
    client.start(parent_of_waiting, "p", 1);
    REQUIRE(
        eventually([&] { return client.instance("the-child").status().status == runtime_status::running; }));
  }
  auto injected = std::make_shared<faults>();
  injected->after_load = [](loaded_instance& loaded) {
    if (loaded.instance == "the-child") loaded.history.front().packed = "{}";
  };
  auto second = start_on(with_faults(store.open(), injected), true);
  second->client().instance("the-child").raise(go, 1);
  instance_status ended = second->client().instance("p").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::poison);
  CHECK_THAT(ended.error->message, Catch::Contains("the history of instance 'the-child'"));
}

LAW("an instance that ends as poison leaves nothing running, and its children are told") {
  test_store store;
  {
    auto first = start_on(store.open(), true);
    first->client().start(busy, "b", 1);
    REQUIRE(eventually(
        [&] { return first->client().instance("the-child").status().status == runtime_status::running; }));
    REQUIRE(first->client().instance("b").activities().size() == 1);
  }
  auto second = start_on(store.open(), false);
  second->client().instance("b").raise(go, 1);  // it must be loaded, and cannot be
  instance_status ended = second->client().instance("b").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::poison);
  CHECK(second->client().instance("the-child").wait(patience).status == runtime_status::cancelled);
  CHECK(second->client().instance("b").activities().empty());
  CHECK(event_kinds(*store.open(), "b").back() == "orchestration_failed");
}

LAW("an instance that has ended stays as it ended, whatever comes and whoever cannot run it") {
  test_store store;
  {
    auto first = start_on(store.open(), true);
    first->client().start(waiting, "w", 1);
    for (int i = 0; i < 2; ++i) first->client().instance("w").raise(go, 1);
    CHECK(first->client().instance(waiting, "w").result(patience) == 3);
  }
  runtime without(store.open(), impatient());
  without.start();
  CHECK_THROWS_AS(without.client().instance("w").raise(go, 1), instance_error);
  without.client().instance("w").cancel("why not");
  CHECK(without.client().instance(waiting, "w").result(patience) == 3);
}

}  // namespace
}  // namespace duroxide::laws_of_poison
