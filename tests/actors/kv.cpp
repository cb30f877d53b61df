// The key-value store of an instance, from outside.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_kv {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> stages{"Stages"};
constexpr orchestration<std::string(std::string)> reader{"Reader"};
constexpr orchestration<int(int)> rounds{"Rounds"};

task<int> run_stages(orchestration_context ctx, int n) {
  ctx.set_kv_value("stage", "packed");
  int more = co_await ctx.wait_for_event(go);
  ctx.set_kv_value("stage", "sent");
  ctx.set_kv_value("weight", n + more);
  co_await ctx.wait_for_event(go);
  ctx.clear_kv_value("weight");
  co_return n;
}

task<std::string> run_reader(orchestration_context ctx, std::string other) {
  auto stage = co_await ctx.get_kv_value_from_instance<std::string>(other, "stage");
  auto missing = co_await ctx.get_kv_value_from_instance<int>(other, "missing");
  co_return stage.value_or("none") + (missing ? " ?" : " none");
}

task<int> run_rounds(orchestration_context ctx, int n) {
  ctx.set_kv_value("round", ctx.get_kv_value<int>("round").value_or(0) + 1);
  if (n > 0) co_return ctx.continue_as_new(n - 1);
  co_return *ctx.get_kv_value<int>("round");
}

std::unique_ptr<runtime> start_on(test_store& store, runtime_options options = verified()) {
  auto started = std::make_unique<runtime>(store.open(), options);
  started->register_orchestration(stages, run_stages);
  started->register_orchestration(reader, run_reader);
  started->register_orchestration(rounds, run_rounds);
  started->start();
  return started;
}

LAW("clients see values when their turn is committed, and after the end") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  client.start_orchestration(stages, "s", 1);
  CHECK(client.get_kv_value<std::string>("s", "stage") == "packed");
  CHECK_FALSE(client.get_kv_value<int>("s", "weight"));
  client.raise_event(go, "s", 6);
  CHECK(client.wait_for_kv_value<int>("s", "weight", patience) == 7);
  auto all = client.get_kv_all_values("s");
  REQUIRE(all.size() == 2);
  CHECK(all.at("stage").text() == "\"sent\"");
  client.raise_event(go, "s", 1);
  CHECK(client.wait_for_orchestration(stages, "s", patience) == 1);
  CHECK(client.get_kv_all_values("s").size() == 1);
  CHECK(client.get_kv_all_values("nobody").empty());
}

LAW("a wait for a value is answered by the turn that sets it, in this process and through the store") {
  test_store store;
  auto runtime = start_on(store);
  client here = runtime->client();
  here.start_orchestration(stages, "s", 1);
  client through_store(store.open());
  auto one = here.wait_for_kv_value_async("s", "weight", patience);
  auto two = through_store.wait_for_kv_value_async("s", "weight", patience);
  here.raise_event(go, "s", 1);
  CHECK(one.get().text() == "2");
  CHECK(two.get().text() == "2");
}

LAW("a wait for a value that cannot come any more fails, and says why") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  CHECK(kind_of([&] { client.wait_for_kv_value("nobody", "stage", patience); }) ==
        error_kind::instance_not_found);
  client.start_orchestration(rounds, "r", 0);
  client.wait_for_orchestration("r", patience);
  CHECK(kind_of([&] { client.wait_for_kv_value("r", "stage", patience); }) == error_kind::instance_terminal);
  client.start_orchestration(stages, "s", 1);
  CHECK(kind_of([&] { client.wait_for_kv_value("s", "weight", 1ms); }) == error_kind::timed_out);
  CHECK(kind_of([&] { client.get_kv_value("s", ""); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { client.get_kv_value<int>("s", "stage"); }) == error_kind::invalid_payload);
}

LAW("another instance reads values, also where no worker runs activities") {
  for (std::size_t workers : {0UL, 2UL}) {
    test_store store;
    runtime_options options = verified();
    options.worker_concurrency = workers;
    auto runtime = start_on(store, options);
    client client = runtime->client();
    client.start_orchestration(stages, "s", 1);
    client.start_orchestration(reader, "r1", "s");
    client.start_orchestration(reader, "r2", "nobody");
    CHECK(client.wait_for_orchestration(reader, "r1", patience) == "packed none");
    CHECK(client.wait_for_orchestration(reader, "r2", patience) == "none none");
  }
}

LAW("values outlive the process and continue-as-new") {
  test_store store;
  auto first = start_on(store);
  first->client().start_orchestration(stages, "s", 1);
  first->client().start_orchestration(rounds, "r", 4);
  CHECK(first->client().wait_for_orchestration(rounds, "r", patience) == 5);
  first.reset();
  auto second = start_on(store);
  client client = second->client();
  CHECK(client.get_kv_value<std::string>("s", "stage") == "packed");
  CHECK(client.get_kv_value<int>("r", "round") == 5);
  client.raise_event(go, "s", 1);
  CHECK(client.wait_for_kv_value<int>("s", "weight", patience) == 2);
}

}  // namespace
}  // namespace duroxide::laws_of_kv
