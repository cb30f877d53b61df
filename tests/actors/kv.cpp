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
  client.start(stages, "s", 1);
  CHECK(client.instance("s").kv_value<std::string>("stage") == "packed");
  CHECK_FALSE(client.instance("s").kv_value<int>("weight"));
  client.instance("s").raise(go, 6);
  CHECK(client.instance("s").wait_for_kv_value<int>("weight", patience) == 7);
  auto all = client.instance("s").kv_values();
  REQUIRE(all.size() == 2);
  CHECK(all.at("stage").text() == "\"sent\"");
  client.instance("s").raise(go, 1);
  CHECK(client.instance(stages, "s").result(patience) == 1);
  CHECK(client.instance("s").kv_values().size() == 1);
  CHECK(client.instance("nobody").kv_values().empty());
}

LAW("a wait for a value is answered by the turn that sets it, in this process and through the store") {
  test_store store;
  auto runtime = start_on(store);
  client here = runtime->client();
  here.start(stages, "s", 1);
  client through_store(store.open());
  auto one = here.async().instance("s").wait_for_kv_value("weight", patience);
  auto two = through_store.async().instance("s").wait_for_kv_value("weight", patience);
  here.instance("s").raise(go, 1);
  CHECK(one.get().text() == "2");
  CHECK(two.get().text() == "2");
}

LAW("a wait for a value that cannot come any more fails, and says why") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  CHECK(kind_of([&] { client.instance("nobody").wait_for_kv_value("stage", patience); }) ==
        error_kind::instance_not_found);
  client.start(rounds, "r", 0);
  client.instance("r").wait(patience);
  CHECK(kind_of([&] { client.instance("r").wait_for_kv_value("stage", patience); }) ==
        error_kind::instance_terminal);
  client.start(stages, "s", 1);
  CHECK(kind_of([&] { client.instance("s").wait_for_kv_value("weight", 1ms); }) == error_kind::timed_out);
  CHECK(kind_of([&] { client.instance("s").kv_value(""); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { client.instance("s").kv_value<int>("stage"); }) == error_kind::invalid_payload);
}

LAW("another instance reads values, also where no worker runs activities") {
  for (std::size_t workers : {0UL, 2UL}) {
    test_store store;
    runtime_options options = verified();
    options.worker_concurrency = workers;
    auto runtime = start_on(store, options);
    client client = runtime->client();
    client.start(stages, "s", 1);
    client.start(reader, "r1", "s");
    client.start(reader, "r2", "nobody");
    CHECK(client.instance(reader, "r1").result(patience) == "packed none");
    CHECK(client.instance(reader, "r2").result(patience) == "none none");
  }
}

LAW("values outlive the process and continue-as-new") {
  test_store store;
  auto first = start_on(store);
  first->client().start(stages, "s", 1);
  first->client().start(rounds, "r", 4);
  CHECK(first->client().instance(rounds, "r").result(patience) == 5);
  first.reset();
  auto second = start_on(store);
  client client = second->client();
  CHECK(client.instance("s").kv_value<std::string>("stage") == "packed");
  CHECK(client.instance("r").kv_value<int>("round") == 5);
  client.instance("s").raise(go, 1);
  CHECK(client.instance("s").wait_for_kv_value<int>("weight", patience) == 2);
}

}  // namespace
}  // namespace duroxide::laws_of_kv
