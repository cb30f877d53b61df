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
  CHECK(client.start_orchestration(waiting, "w", 1) == start_result::started);
  CHECK(client.start_orchestration(waiting, "w", 100) == start_result::already_exists);
  client.raise_event(go, "w", 1);
  CHECK(client.wait_for_orchestration(waiting, "w", patience) == 2);
  CHECK(client.start_orchestration(waiting, "w", 100) == start_result::already_exists);
  CHECK(client.wait_for_orchestration(waiting, "w", patience) == 2);
}

LAW("a wait outlives the client through the store that began it, or ends with it") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  runtime.client().start_orchestration(waiting, "w", 1);
  auto key = client(store.open()).wait_for_kv_value_async("w", "never set", patience);
  auto late = client(store.open()).wait_for_kv_value_async("w", "never set", 1ms);
  std::future<instance_status> left;
  {
    client gone(store.open());
    left = gone.wait_for_orchestration_async("w", patience);
  }
  CHECK(kind_of([&] { left.get(); }) == error_kind::runtime_stopped);
  CHECK(kind_of([&] { late.get(); }) == error_kind::timed_out);
  runtime.client().raise_event(go, "w", 1);
  CHECK(kind_of([&] { key.get(); }) == error_kind::instance_terminal);
}

LAW("of many who start one instance at once, one started it") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  std::vector<std::future<start_result>> starts;
  for (int i = 0; i < 50; ++i) starts.push_back(runtime.client().start_orchestration_async(waiting, "w", i));
  int started = 0;
  for (auto& each : starts) started += each.get() == start_result::started ? 1 : 0;
  CHECK(started == 1);
}

LAW("a wait that begins before its start is through is no wait for an unknown instance") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  auto started = client.start_orchestration_async(waiting, "w", 1);
  auto ended = client.wait_for_orchestration_async("w", patience);
  started.get();
  client.raise_event(go, "w", 1);
  CHECK(ended.get().output == "2");
}

LAW("messages for an unknown instance are refused at once, with its name") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  for (auto operation : std::vector<std::function<void()>>{
           [&] { client.raise_event(go, "nobody", 1); },
           [&] { client.enqueue_event("q", "nobody", "1"); },
           [&] { client.cancel_instance("nobody", "why"); },
           [&] { client.wait_for_orchestration("nobody", patience); },
       }) {
    error_details refused = details_of<instance_error>(operation);
    CHECK(refused.kind == error_kind::instance_not_found);
    CHECK(refused.message.find("'nobody'") != std::string::npos);
  }
  CHECK(client.get_status("nobody").status == runtime_status::not_found);
}

LAW("messages for an instance that has ended are refused") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(waiting, "w", 1);
  client.raise_event(go, "w", 1);
  client.wait_for_orchestration("w", patience);
  error_details refused = details_of<instance_error>([&] { client.raise_event(go, "w", 1); });
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
    error_details refused =
        details_of<configuration_error>([&] { client.start_orchestration(waiting, id, 1); });
    CHECK(refused.kind == error_kind::invalid_argument);
    CHECK(refused.message.find("instance id") != std::string::npos);
  }
  CHECK(client.start_orchestration(waiting, std::string(256, 'x'), 1) == start_result::started);
  CHECK(client.start_orchestration(waiting, "übergröße 🙂", 1) == start_result::started);
}

LAW("a wait whose time is up says so, and the instance goes on") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(waiting, "w", 1);
  CHECK_THROWS_AS(client.wait_for_orchestration("w", 1ms), timeout_error);
  CHECK_THROWS_AS(client.wait_for_orchestration("w", -1ms), configuration_error);
  client.raise_event(go, "w", 1);
  CHECK(client.wait_for_orchestration(waiting, "w", patience) == 2);
}

LAW("waiting with the handle of another orchestration is an error that names both") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(waiting, "w", 1);
  client.raise_event(go, "w", 1);
  error_details refused =
      details_of<configuration_error>([&] { client.wait_for_orchestration(other, "w", patience); });
  CHECK(refused.message.find("'Waiting'") != std::string::npos);
  CHECK(refused.message.find("'Other'") != std::string::npos);
}

LAW("a client without a runtime starts, signals and awaits through the store") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client elsewhere(store.open());
  CHECK(elsewhere.start_orchestration(waiting, "w", 1) == start_result::started);
  CHECK(elsewhere.start_orchestration(waiting, "w", 1) == start_result::already_exists);
  REQUIRE(eventually([&] { return elsewhere.get_status("w").status == runtime_status::running; }));
  auto ended = elsewhere.wait_for_orchestration_async("w", patience);
  elsewhere.raise_event(go, "w", 41);
  CHECK(ended.get().output == "42");
  CHECK_THROWS_AS(elsewhere.raise_event(go, "w", 1), instance_error);
  CHECK_THROWS_AS(elsewhere.wait_for_orchestration("nobody", patience), instance_error);
}

}  // namespace
}  // namespace duroxide::laws_of_clients
