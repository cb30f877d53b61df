// Errors of use are found early, with the name in the message.
#include "tests/actors/fixture.hpp"

#include <atomic>

namespace duroxide::laws_of_registration {
namespace {

using namespace testing_support;

constexpr activity<int(int)> known{"known"};
constexpr activity<int(int)> unknown{"unknown"};
constexpr orchestration<int(int)> registered{"Registered"};
constexpr orchestration<int(int)> missing{"Missing"};
constexpr orchestration<int(int)> calls_unknown{"CallsUnknown"};

int run_known(activity_context&, int n) { return n; }

task<int> run_registered(orchestration_context ctx, int n) {
  int same = co_await ctx.schedule_activity(known, n);
  co_return same;
}

task<int> run_calls_unknown(orchestration_context ctx, int n) {
  int never = co_await ctx.schedule_activity(unknown, n);
  co_return never;
}

template <class Operation> std::string refusal(Operation operation) {
  try {
    operation();
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

LAW("a name can be registered once") {
  runtime runtime(sqlite_provider::open_in_memory());
  runtime.register_activity(known, run_known);
  runtime.register_orchestration(registered, run_registered);
  CHECK(refusal([&] { runtime.register_activity(known, run_known); }) ==
        "activity 'known' is already registered; each has one handler");
  CHECK(refusal([&] { runtime.register_orchestration(registered, run_registered); }) ==
        "orchestration 'Registered' version 1.0.0 is already registered; each has one handler");
}

LAW("nothing can be registered after start") {
  runtime runtime(sqlite_provider::open_in_memory());
  runtime.start();
  CHECK(refusal([&] { runtime.register_activity(known, run_known); }).find("has been started") !=
        std::string::npos);
  CHECK(refusal([&] { runtime.start(); }).find("started before") != std::string::npos);
}

LAW("starting an orchestration that is not registered names it and what is registered, and writes nothing") {
  runtime runtime(sqlite_provider::open_in_memory());
  runtime.register_orchestration(registered, run_registered);
  runtime.start();
  CHECK(refusal([&] { runtime.client().start(missing, "m", 1); }) ==
        "orchestration 'Missing' is not registered; registered are: 'Registered'");
  CHECK(runtime.client().instance("m").status().status == runtime_status::not_found);
}

LAW("an activity that is not registered fails as poison after its attempts, with its name") {
  runtime_options options = verified();
  options.max_failed_attempts = 3;
  runtime runtime(sqlite_provider::open_in_memory(), options);
  runtime.register_orchestration(calls_unknown, run_calls_unknown);
  runtime.start();
  runtime.client().start(calls_unknown, "c", 1);
  instance_status ended = runtime.client().instance("c").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::poison);
  CHECK(ended.error->kind == error_kind::not_registered);
  CHECK(ended.error->message ==
        "activity 'unknown' is not registered in this process; gave up after 3 attempts");
}

task<int> run_calls_tagged(orchestration_context ctx, int n) {
  int same = co_await ctx.schedule_activity(known, n).with_tag("gpu");
  co_return same;
}

constexpr orchestration<int(int)> calls_tagged{"CallsTagged"};

// Whether an activity with a tag waits for a node that accepts it, on a node with these options that has no handler
// for it. That node gives up at once what it has no handler for, if that is its to judge.
bool waits_for_who_accepts(runtime_options options) {
  std::atomic<bool> warned = false;
  const scoped_log_hook hook([&warned](const log_record& record) {
    const log_value* instance = record.field("instance");
    if (instance && to_text(*instance) == "tagged" && record.text.find("not registered") != std::string::npos)
      warned = true;
  });
  const auto store = sqlite_provider::open_in_memory();
  options.max_failed_attempts = 1;
  options.unregistered_backoff_base = options.unregistered_backoff_limit = 1ms;
  runtime orchestrates(store, options);
  orchestrates.register_orchestration(calls_tagged, run_calls_tagged);
  orchestrates.register_orchestration(calls_unknown, run_calls_unknown);
  orchestrates.start();
  auto tagged = orchestrates.client().start(calls_tagged, "tagged", 7);
  if (options.worker_concurrency > 0)  // what it does judge, and later than the other one
    CHECK(orchestrates.client().start(calls_unknown, "unknown", 1).wait(patience).status ==
          runtime_status::failed);
  runtime_options others;
  others.worker_tag_filter = tag_filter::tags({"gpu"});
  others.orchestration_concurrency = 0;
  runtime works(store, others);
  works.register_activity(known, run_known);
  works.start();
  const bool done = tagged.wait(patience).output == "7";
  return done && !warned;
}

LAW("an activity that a node does not accept waits for one that does, whatever is registered") {
  CHECK(waits_for_who_accepts({}));
  runtime_options without_workers;
  without_workers.worker_concurrency = 0;
  CHECK(waits_for_who_accepts(without_workers));
}

LAW("an instance that nobody can run fails as poison, and the error lists the attempts") {
  test_store store;
  client(store.open()).start(missing, "m", 1);
  runtime_options options = verified();
  options.max_failed_attempts = 3;
  runtime runtime(store.open(), options);
  runtime.register_orchestration(calls_unknown, run_calls_unknown);
  runtime.start();
  instance_status ended = runtime.client().instance("m").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::poison);
  CHECK(ended.error->message.find(
            "gave up after 3 attempts: (1) orchestration 'Missing' is not registered") != std::string::npos);
}

LAW("options that cannot work are refused by name") {
  auto with = [](auto change) {
    return refusal([&] {
      runtime_options options;
      change(options);
      runtime runtime(sqlite_provider::open_in_memory(), options);
    });
  };
  CHECK(with([](auto& o) { o.passivate_after = 0ms; }) ==
        "runtime_options::passivate_after must be positive");
  CHECK(with([](auto& o) { o.max_failed_attempts = 0; }) ==
        "runtime_options::max_failed_attempts must be positive");
  for (std::size_t count : {0, 65})
    CHECK(with([&](auto& o) { o.journal_lanes = count; }) ==
          "runtime_options::journal_lanes must be between 1 and 64");
  for (const std::size_t bytes : {std::size_t{0}, limits::most_turn_bytes + 1})
    CHECK(with([bytes](auto& o) { o.turn_limit = bytes; }) ==
          "runtime_options::turn_limit must be between 1 byte and 512 MiB");
  CHECK(with([](auto& o) { o.commit_batch_limit = 0; }) ==
        "runtime_options::commit_batch_limit must be positive");
  CHECK(refusal([] { runtime runtime(nullptr); }) == "a runtime needs a provider; it is null");
  CHECK(refusal([] { client client(std::shared_ptr<provider>{}); }) ==
        "a client needs a provider; it is null");
}

}  // namespace
}  // namespace duroxide::laws_of_registration
