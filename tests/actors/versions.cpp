// Versions of orchestrations: which one runs, and that it stays.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_versions {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<std::string(int)> flow{"Flow"};
constexpr orchestration<std::string(int)> parent{"Parent"};
constexpr orchestration<std::string(int)> upgrading{"Upgrading"};

task<std::string> run_flow(orchestration_context ctx, int wait) {
  if (wait) co_await ctx.wait_for_event(go);
  co_return ctx.orchestration_version();
}

// Other code: it would not match a history of the first version.
task<std::string> run_flow_2(orchestration_context ctx, int wait) {
  ctx.set_custom_status("second");
  if (wait) co_await ctx.wait_for_event(go);
  co_return ctx.orchestration_version();
}

task<std::string> run_parent(orchestration_context ctx, int) {
  std::string chosen = co_await ctx.schedule_sub_orchestration(flow, 0);
  std::string first = co_await ctx.schedule_sub_orchestration(flow, 0).with_version("1.0.0");
  ctx.start_orchestration(flow, "detached", 0, semantic_version(1, 0, 0));
  co_return chosen + " " + first;
}

task<std::string> run_upgrading(orchestration_context ctx, int round) {
  if (round == 0) co_return ctx.continue_as_new(1);
  if (round == 1) co_return ctx.continue_as_new(2).with_version("1.0.0");
  if (round == 3) co_return ctx.continue_as_new(4).with_version("9.9.9");
  co_return ctx.orchestration_version();
}

void register_versions(runtime& runtime, bool with_second) {
  runtime.register_orchestration(flow, "1.0.0", run_flow);
  runtime.register_orchestration(parent, run_parent);
  runtime.register_orchestration(upgrading, "1.0.0", run_upgrading);
  if (!with_second) return;
  runtime.register_orchestration(flow, "2.0.0", run_flow_2);
  runtime.register_orchestration(upgrading, "2.0.0", run_upgrading);
}

std::string version_of(client client, const std::string& instance) {
  return client.instance(flow, instance).result(patience);
}

template <class Operation> std::string refusal(Operation operation) {
  try {
    operation();
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "accepted";
}

LAW("new instances take the latest version, unless the policy or the caller says otherwise") {
  test_store store;
  runtime runtime(store.open(), verified());
  register_versions(runtime, true);
  runtime.start();
  client client = runtime.client();
  client.start(flow, "latest", 0);
  CHECK(version_of(client, "latest") == "2.0.0");
  client.start(flow, "asked", 0, {.version = "1.0.0"});
  CHECK(version_of(client, "asked") == "1.0.0");
  runtime.set_version_policy("Flow", version_policy::exact(semantic_version(1, 0, 0)));
  client.start(flow, "pinned", 0);
  CHECK(version_of(client, "pinned") == "1.0.0");
  client.start(flow, "asked again", 0, {.version = "2.0.0"});
  CHECK(version_of(client, "asked again") == "2.0.0");
  client.start(parent, "p", 0);
  CHECK(client.instance(parent, "p").result(patience) == "1.0.0 1.0.0");
  CHECK(version_of(client, "detached") == "1.0.0");
  runtime.set_version_policy("Flow", version_policy::latest());
  client.start(parent, "q", 0);
  CHECK(client.instance(parent, "q").result(patience) == "2.0.0 1.0.0");
  CHECK(client.instance("latest").status().version == "2.0.0");
}

LAW("what runs stays on its version, over a restart that brings a newer one and over a second start") {
  test_store store;
  {
    runtime old(store.open(), verified());
    register_versions(old, false);
    old.start();
    old.client().start(flow, "f", 1);
  }
  runtime updated(store.open(), verified());
  register_versions(updated, true);
  updated.start();
  client client = updated.client();
  CHECK_FALSE(client.start(flow, "f", 1).was_started());
  CHECK_FALSE(client.start(flow, "f", 1, {.version = "2.0.0"}).was_started());
  client.instance("f").raise(go, 1);
  CHECK(version_of(client, "f") == "1.0.0");
}

LAW("continue-as-new is where an instance changes its version") {
  test_store store;
  runtime runtime(store.open(), verified());
  register_versions(runtime, true);
  runtime.start();
  client client = runtime.client();
  client.start(upgrading, "by policy", 0, {.version = "1.0.0"});
  CHECK(client.instance(upgrading, "by policy").result(patience) == "1.0.0");
  client.start(upgrading, "stored start", 1, {.version = "2.0.0", .delay = 1ms});
  CHECK(client.instance(upgrading, "stored start").result(patience) == "1.0.0");
  runtime.set_version_policy("Upgrading", version_policy::exact(semantic_version(1, 0, 0)));
  client.start(upgrading, "stays", 2, {.version = "2.0.0"});
  CHECK(client.instance(upgrading, "stays").result(patience) == "2.0.0");
}

LAW("continuing as a version that nobody has ends as poison, after the attempts, and says which version") {
  test_store store;
  runtime_options options = verified();
  options.max_failed_attempts = 3;
  runtime runtime(store.open(), options);
  register_versions(runtime, true);
  runtime.start();
  runtime.client().start(upgrading, "lost", 3);
  auto ended = runtime.client().instance("lost").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  CHECK(ended.error->category == error_category::poison);
  CHECK_THAT(ended.error->message,
             Catch::Contains("orchestration 'Upgrading' is not registered in version '9.9.9'"));
}

LAW("continuing as new by a policy that asks for what nobody has says so") {
  test_store store;
  runtime_options options = verified();
  options.max_failed_attempts = 2;
  runtime runtime(store.open(), options);
  register_versions(runtime, true);
  runtime.set_version_policy("Upgrading", version_policy::exact(semantic_version(7, 0, 0)));
  runtime.start();
  runtime.client().start(upgrading, "lost", 0, {.version = "1.0.0"});
  auto ended = runtime.client().instance("lost").wait(patience);
  CHECK(ended.error->category == error_category::poison);
  CHECK_THAT(ended.error->message, Catch::Contains("not registered in the version that its policy asks for; "
                                                   "registered are: '1.0.0', '2.0.0'"));
}

LAW("a version that is not known is refused at once, with those that are") {
  test_store store;
  runtime runtime(store.open(), verified());
  register_versions(runtime, true);
  CHECK(refusal([&] { runtime.register_orchestration(flow, "1.5.0", run_flow); }) ==
        "orchestration 'Flow' version 1.5.0 is registered after version 2.0.0; register the versions in "
        "ascending order");
  CHECK_THAT(refusal([&] { runtime.register_orchestration(flow, "3", run_flow); }),
             Catch::Contains("'3' is no version"));
  runtime.start();
  client client = runtime.client();
  CHECK(refusal([&] { client.start(flow, "x", 0, {.version = "3.0.0"}); }) ==
        "orchestration 'Flow' is not registered in version '3.0.0'; registered are: '1.0.0', '2.0.0'");
  CHECK_THAT(refusal([&] { client.start(flow, "x", 0, {.version = "new"}); }),
             Catch::Contains("'new' is no version"));
  runtime.set_version_policy("Flow", version_policy::exact(semantic_version(7, 0, 0)));
  CHECK_THAT(refusal([&] { client.start(flow, "x", 0); }),
             Catch::Contains("not registered in the version that its policy asks for"));
  CHECK(client.instance("x").status().status == runtime_status::not_found);
}

}  // namespace
}  // namespace duroxide::laws_of_versions
