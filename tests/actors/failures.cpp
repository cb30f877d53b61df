// What user code can do wrong, and what becomes of it.
#include "tests/actors/fixture.hpp"

#include <array>
#include <atomic>

namespace duroxide::laws_of_failures {

struct wordless : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

namespace {

using namespace testing_support;

constexpr activity<int(int)> throws_number{"throws_number"};
constexpr activity<int(int)> throws_wordless{"throws_wordless"};
constexpr activity<int(int)> same{"same"};
constexpr activity<int(int)> other{"other"};
constexpr orchestration<int(int)> calls_thrower{"CallsThrower"};
constexpr orchestration<int(int)> calls_wordless{"CallsWordless"};
constexpr orchestration<int(int)> throws_directly{"ThrowsDirectly"};
constexpr orchestration<int(int)> fickle{"Fickle"};
constexpr orchestration<int(int)> takes_number{"TakesNumber"};
constexpr activity<double(int)> divides{"divides"};
constexpr orchestration<double(int)> divides_itself{"DividesItself"};
constexpr orchestration<double(int)> lets_divide{"LetsDivide"};
constexpr orchestration<int(int)> changing{"Changing"};
constexpr event<int> go{"go"};

task<int> run_calls_thrower(orchestration_context ctx, int n) {
  int never = co_await ctx.schedule_activity(throws_number, n);
  co_return never;
}

task<int> run_calls_wordless(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(throws_wordless, n);
}

std::atomic<int> thrown = 0;

// As a binding throws what a handler in another language has raised.
error typed_error(error_kind kind, std::string stack) {
  return error({error_category::application, kind, "below zero", {}, true, "ValueError", std::move(stack)});
}

task<int> run_throws_directly(orchestration_context ctx, int n) {
  if (n == 1) throw std::logic_error("thought wrong");
  if (n == 2) throw 42;
  if (n == 3) throw wordless();
  if (n == 4) throw typed_error(error_kind::orchestration_failed, "run " + std::to_string(thrown++));
  co_await ctx.schedule_timer(0ms);
  co_return n;
}

std::atomic<int> consulted = 0;

// Not deterministic: it decides by something that its context did not give it.
task<int> run_fickle(orchestration_context ctx, int n) {
  int got = 0;
  if (consulted++ % 2 == 0)
    got = co_await ctx.schedule_activity(same, n);
  else
    got = co_await ctx.schedule_activity(other, n);
  co_return got;
}

task<int> run_takes_number(orchestration_context, int n) { co_return n; }

task<double> run_divides_itself(orchestration_context, int n) { co_return 1.0 / n; }

task<double> run_lets_divide(orchestration_context ctx, int n) {
  double got = co_await ctx.schedule_activity(divides, n);
  co_return got;
}

// The ways in which an activity can fail: as a function, as a coroutine, and by its completion.
constexpr std::array typed_forms{"by_function", "by_coroutine", "by_completion"};
constexpr activity<int(int)> by_coroutine{"by_coroutine"};
constexpr orchestration<int(int)> typed_child{"TypedChild"};
constexpr orchestration<int(int)> typed_parent{"TypedParent"};

task<int> run_typed_child(orchestration_context ctx, int form) {
  const std::string name = typed_forms.at(static_cast<std::size_t>(form));
  const json_text input("0");
  co_await ctx.schedule_activity(name, input);
  co_return form;
}

task<int> run_typed_parent(orchestration_context ctx, int form) {
  int never = co_await ctx.schedule_sub_orchestration(typed_child, form);
  co_return never;
}

error failure_in_line_7() { return typed_error(error_kind::activity_failed, "File \"a.py\", line 7"); }

activity_task<int> fails_as_coroutine(activity_context& context, int n) {
  co_await pause_for(context, 1ms);
  if (n == 0) throw failure_in_line_7();
  co_return n;
}

void register_typed(runtime& node) {
  node.register_activity("by_function",
                         [](activity_context&, json_text) -> json_text { throw failure_in_line_7(); });
  node.register_activity(by_coroutine, fails_as_coroutine);
  node.register_async_activity("by_completion",
                               [](const std::shared_ptr<activity_context>&, const std::string&,
                                  const activity_completion& done) { done(failure_in_line_7().details()); });
  node.register_orchestration(typed_child, run_typed_child);
  node.register_orchestration(typed_parent, run_typed_parent);
}

std::unique_ptr<runtime> start_runtime(std::shared_ptr<provider> store) {
  auto started = std::make_unique<runtime>(std::move(store), verified());
  started->register_activity(throws_number, [](activity_context&, int n) -> int { throw n; });
  started->register_activity(throws_wordless, [](activity_context&, int) -> int { throw wordless(); });
  started->register_orchestration(calls_wordless, run_calls_wordless);
  started->register_activity(same, [](activity_context&, int n) { return n; });
  started->register_activity(other, [](activity_context&, int n) { return n; });
  started->register_activity(divides, [](activity_context&, int n) { return 0.0 / n; });
  started->register_orchestration(calls_thrower, run_calls_thrower);
  started->register_orchestration(throws_directly, run_throws_directly);
  started->register_orchestration(fickle, run_fickle);
  started->register_orchestration(takes_number, run_takes_number);
  started->register_orchestration(divides_itself, run_divides_itself);
  started->register_orchestration(lets_divide, run_lets_divide);
  started->start();
  return started;
}

error_details failure_of(client client, const std::string& instance) {
  instance_status ended = client.instance(instance).wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  return *ended.error;
}

LAW("an activity that throws something that is not an exception fails as panicked, with its name") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start(calls_thrower, "c", 1);
  error_details why = failure_of(runtime->client(), "c");
  CHECK(why.kind == error_kind::panicked);
  CHECK(why.category == error_category::application);
  CHECK(why.message == "'throws_number' threw something that is not a std::exception");
}

LAW("an exception whose what() is null fails what threw it, and nothing else") {
  test_store store;
  auto runtime = start_runtime(store.open());
  client client = runtime->client();
  for (const auto& contract : {calls_wordless, throws_directly}) {
    const std::string id(contract.name());
    client.start(contract, id, 3);
    CHECK(details_of<orchestration_failed>([&] { client.instance(contract, id).result(patience); }).message ==
          "an exception of type N8duroxide16laws_of_failures8wordlessE, whose what() is null");
  }
  client.start(throws_directly, "fine", 0);
  CHECK(client.instance(throws_directly, "fine").result(patience) == 0);
}

LAW("the type and the stack of a failure go from activity to parent, to clients and operators, and to "
    "another store") {
  test_store store;
  temporary_folder folder;
  const std::string file = folder.file("exported");
  const auto check = [](const error_details& why, int form) {
    const error_details expected{error_category::application,
                                 error_kind::activity_failed,
                                 "below zero",
                                 typed_forms.at(static_cast<std::size_t>(form)),
                                 true,
                                 "ValueError",
                                 "File \"a.py\", line 7"};
    CHECK(why == expected);
  };
  {
    runtime runtime(store.open(), verified());
    register_typed(runtime);
    runtime.start();
    client client = runtime.client();
    for (int form = 0; form < 3; ++form) {
      const std::string id = "parent-" + std::to_string(form);
      client.start(typed_parent, id, form);
      check(failure_of(client, id), form);
      check(details_of<orchestration_failed>([&] { client.instance(typed_parent, id).result(patience); }),
            form);
    }
  }
  check(*client(store.open()).instance("parent-0").status().error, 0);
  const admin operators(store.open());
  check(*operators.get_instance_info("parent-1").error, 1);
  check(*operators.list_executions("parent-2").front().error, 2);
  check(*operators.read_history("parent-0").back().error, 0);
  operators.export_instances(file);
  const admin elsewhere(sqlite_provider::open_in_memory());
  elsewhere.import_instances(file);
  CHECK(elsewhere.compare_instances(file).empty());
  check(*elsewhere.get_instance_info("parent-0").error, 0);
}

LAW("an orchestration whose stack is another one in each replay is deterministic all the same") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start(throws_directly, "four", 4);
  error_details why = failure_of(runtime->client(), "four");
  CHECK(why.kind == error_kind::orchestration_failed);
  CHECK(why.source == "ThrowsDirectly");
  CHECK(why.type == "ValueError");
  CHECK(why.stack.starts_with("run "));
}

LAW("an orchestration that throws fails with the text of its exception") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start(throws_directly, "one", 1);
  error_details why = failure_of(runtime->client(), "one");
  CHECK(why.kind == error_kind::orchestration_failed);
  CHECK(why.message == "thought wrong");
  CHECK(why.source == "ThrowsDirectly");
  runtime->client().start(throws_directly, "two", 2);
  CHECK(failure_of(runtime->client(), "two").kind == error_kind::panicked);
}

LAW("code that is not deterministic is found in its first run, and both sides are named") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start(fickle, "f", 1);
  error_details why = failure_of(runtime->client(), "f");
  CHECK(why.kind == error_kind::nondeterminism);
  CHECK(why.category == error_category::configuration);
  CHECK(why.message.find("activity_scheduled 'same'") != std::string::npos);
  CHECK(why.message.find("activity_scheduled 'other'") != std::string::npos);
  CHECK(why.message.find("failures.cpp:") != std::string::npos);
}

LAW("a payload of the wrong type fails the orchestration, and the error shows it") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start({"TakesNumber", "t", "\"seven\"", {}});
  error_details why = failure_of(runtime->client(), "t");
  CHECK(why.kind == error_kind::invalid_payload);
  CHECK(why.message.find("the input of orchestration 'TakesNumber'") != std::string::npos);
  CHECK(why.message.find("\"seven\"") != std::string::npos);
  runtime->client().start({"TakesNumber", "u", "{not json", {}});
  CHECK(failure_of(runtime->client(), "u").message.find("is not JSON") != std::string::npos);
}

LAW("an output that is no number in JSON fails the orchestration or the activity") {
  auto runtime = start_runtime(sqlite_provider::open_in_memory());
  runtime->client().start(divides_itself, "own", 0);
  error_details own = failure_of(runtime->client(), "own");
  CHECK(own.kind == error_kind::invalid_payload);
  CHECK(own.message.find("infinity") != std::string::npos);

  runtime->client().start(lets_divide, "other", 0);
  error_details others = failure_of(runtime->client(), "other");
  CHECK(others.kind == error_kind::invalid_payload);
  CHECK(others.message.find("NaN") != std::string::npos);
}

LAW("a history that the code no longer matches fails the instance, and nothing else") {
  test_store store;
  {
    runtime before(store.open(), verified());
    before.register_orchestration(changing, [](orchestration_context ctx, int) -> task<int> {
      int got = co_await ctx.wait_for_event(go);
      co_return got;
    });
    before.start();
    before.client().start(changing, "c", 1);
  }
  runtime after(store.open(), verified());
  after.register_activity(same, [](activity_context&, int n) { return n; });
  after.register_orchestration(changing, [](orchestration_context ctx, int n) -> task<int> {
    int got = co_await ctx.schedule_activity(same, n);
    co_return got;
  });
  after.start();
  after.client().instance("c").raise(go, 5);
  error_details why = failure_of(after.client(), "c");
  CHECK(why.kind == error_kind::nondeterminism);
  CHECK(why.message.find("event 2, external_subscribed 'go'") != std::string::npos);
  CHECK(why.message.find("by build 'duroxide") != std::string::npos);
  CHECK(why.message.find("activity_scheduled 'same' with input 1") != std::string::npos);
  after.client().start(changing, "new", 3);
  CHECK(after.client().instance(changing, "new").result(patience) == 3);
}

}  // namespace
}  // namespace duroxide::laws_of_failures
