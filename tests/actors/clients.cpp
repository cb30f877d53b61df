// What clients are told.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_clients {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<std::string(int)> other{"Other"};

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

void start(runtime& runtime) {
  runtime.register_orchestration(waiting, run_waiting);
  runtime.start();
}

LAW("starting an instance that exists says so, and does nothing to it") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  CHECK(client.start(waiting, "w", 1).was_started());
  CHECK_FALSE(client.start(waiting, "w", 100).was_started());
  client.instance("w").raise(go, 1);
  CHECK(client.instance(waiting, "w").result(patience) == 2);
  CHECK_FALSE(client.start(waiting, "w", 100).was_started());
  CHECK(client.instance(waiting, "w").result(patience) == 2);
}

LAW("a wait outlives the client through the store that began it, or ends with it") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  runtime.client().start(waiting, "w", 1);
  auto key = client(store.open()).async().instance("w").wait_for_kv_value("never set", patience);
  auto late = client(store.open()).async().instance("w").wait_for_kv_value("never set", 1ms);
  std::future<instance_status> left;
  {
    client gone(store.open());
    left = gone.async().instance("w").wait(patience);
  }
  CHECK(kind_of([&] { left.get(); }) == error_kind::runtime_stopped);
  CHECK(kind_of([&] { late.get(); }) == error_kind::timed_out);
  runtime.client().instance("w").raise(go, 1);
  CHECK(kind_of([&] { key.get(); }) == error_kind::instance_terminal);
}

LAW("of many who start one instance at once, one started it") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  std::vector<std::future<async_typed_handle<int>>> starts;
  for (int i = 0; i < 50; ++i) starts.push_back(runtime.client().async().start(waiting, "w", i));
  int started = 0;
  for (auto& each : starts) started += each.get().was_started() ? 1 : 0;
  CHECK(started == 1);
}

LAW("a wait that begins before its start is through is no wait for an unknown instance") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  auto started = client.async().start(waiting, "w", 1);
  auto ended = client.async().instance("w").wait(patience);
  started.get();
  client.instance("w").raise(go, 1);
  CHECK(ended.get().output == "2");
}

LAW("messages for an unknown instance are refused at once, with its name") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  for (auto operation : std::vector<std::function<void()>>{
           [&] { client.instance("nobody").raise(go, 1); },
           [&] { client.instance("nobody").enqueue("q", "1"); },
           [&] { client.instance("nobody").cancel("why"); },
           [&] { client.instance("nobody").wait(patience); },
       }) {
    error_details refused = details_of<instance_error>(operation);
    CHECK(refused.kind == error_kind::instance_not_found);
    CHECK(refused.message.find("'nobody'") != std::string::npos);
  }
  CHECK(client.instance("nobody").status().status == runtime_status::not_found);
}

LAW("messages for an instance that has ended are refused") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(waiting, "w", 1);
  client.instance("w").raise(go, 1);
  client.instance("w").wait(patience);
  error_details refused = details_of<instance_error>([&] { client.instance("w").raise(go, 1); });
  CHECK(refused.kind == error_kind::instance_terminal);
  CHECK(refused.message.find("'w'") != std::string::npos);
}

LAW("ids and names that are not legal are refused before anything happens") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  for (const std::string& id :
       {std::string(), std::string(257, 'x'), std::string("a\nb"), std::string("\xff")}) {
    error_details refused = details_of<configuration_error>([&] { client.start(waiting, id, 1); });
    CHECK(refused.kind == error_kind::invalid_argument);
    CHECK(refused.message.find("instance id") != std::string::npos);
  }
  CHECK(client.start(waiting, std::string(256, 'x'), 1).was_started());
  CHECK(client.start(waiting, "übergröße 🙂", 1).was_started());
}

LAW("a wait whose time is up says so, and the instance goes on") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(waiting, "w", 1);
  CHECK_THROWS_AS(client.instance("w").wait(1ms), timeout_error);
  CHECK_THROWS_AS(client.instance("w").wait(-1ms), configuration_error);
  client.instance("w").raise(go, 1);
  CHECK(client.instance(waiting, "w").result(patience) == 2);
}

LAW("waiting for the result of another orchestration is an error that names both") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start(waiting, "w", 1);
  client.instance("w").raise(go, 1);
  error_details refused =
      details_of<configuration_error>([&] { client.instance(other, "w").result(patience); });
  CHECK(refused.message.find("'Waiting'") != std::string::npos);
  CHECK(refused.message.find("'Other'") != std::string::npos);
}

LAW("a client without a runtime starts, signals and awaits through the store") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client elsewhere(store.open());
  CHECK(elsewhere.start(waiting, "w", 1).was_started());
  CHECK_FALSE(elsewhere.start(waiting, "w", 1).was_started());
  REQUIRE(eventually([&] { return elsewhere.instance("w").status().status == runtime_status::running; }));
  auto ended = elsewhere.async().instance("w").wait(patience);
  elsewhere.instance("w").raise(go, 41);
  CHECK(ended.get().output == "42");
  CHECK_THROWS_AS(elsewhere.instance("w").raise(go, 1), instance_error);
  CHECK_THROWS_AS(elsewhere.instance("nobody").wait(patience), instance_error);
}

}  // namespace
}  // namespace duroxide::laws_of_clients
