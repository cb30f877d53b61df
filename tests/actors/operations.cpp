// Every operation of an orchestration, end to end.
#include "tests/actors/fixture.hpp"
#include "tests/support/history_of.hpp"

#include <boost/describe.hpp>

namespace duroxide::laws_of_operations {
namespace {

using namespace testing_support;

struct order {
  int id = 0;
  std::string item;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, item))

constexpr activity<std::string(std::string)> greet{"greet"};
constexpr activity<int(int)> square{"square"};
constexpr activity<int(int)> refuse{"refuse"};
constexpr activity<order(order)> reserve{"reserve"};
constexpr activity<void()> nothing{"nothing"};
constexpr event<std::string> approved{"approved"};
constexpr event_queue<int> numbers{"numbers"};

constexpr orchestration<std::string(std::string)> hello{"Hello"};
constexpr orchestration<int(int)> sum_of_squares{"SumOfSquares"};
constexpr orchestration<int(int)> family{"Family"};
constexpr orchestration<std::string(int)> approval{"Approval"};
constexpr orchestration<std::string(int)> careful{"Careful"};
constexpr orchestration<int(int)> failing{"Failing"};
constexpr orchestration<int(std::vector<int>)> adder{"Adder"};
constexpr orchestration<int(int)> patient_parent{"PatientParent"};
constexpr orchestration<std::string(int)> sleeper{"Sleeper"};
constexpr orchestration<order(order)> ordering{"Ordering"};
constexpr orchestration<int()> reporter{"Reporter"};
constexpr orchestration<std::string(std::string)> by_name{"ByName"};

task<std::string> run_hello(orchestration_context ctx, std::string name) {
  co_return co_await ctx.schedule_activity(greet, name);
}

task<int> run_sum_of_squares(orchestration_context ctx, int n) {
  std::vector<activity_call<int>> calls;
  for (int i = 1; i <= n; ++i) calls.push_back(ctx.schedule_activity(square, i));
  auto squares = co_await all(std::move(calls));
  int sum = 0;
  for (int each : squares) sum += each;
  co_return sum;
}

task<int> run_family(orchestration_context ctx, int n) {
  auto both = co_await all(ctx.schedule_sub_orchestration(sum_of_squares, n),
                           ctx.schedule_sub_orchestration(sum_of_squares, n + 1).with_id("second-child"));
  co_return std::get<0>(both) + std::get<1>(both);
}

task<std::string> run_approval(orchestration_context ctx, int limit_ms) {
  auto answer = co_await settle(with_timeout(ctx.wait_for_event(approved), duration(limit_ms)));
  if (!answer) co_return std::string(to_string(answer.error().details().kind));
  co_return "approved by " + *answer;
}

task<std::string> run_careful(orchestration_context ctx, int n) {
  auto refused = co_await settle(ctx.schedule_activity(refuse, n));
  auto child = co_await settle(ctx.schedule_sub_orchestration(failing, n));
  co_return refused.error().message() + " / " + child.error().message();
}

task<int> run_failing(orchestration_context ctx, int n) {
  int never = co_await ctx.schedule_activity(refuse, n);
  co_return never;
}

// Adds up three messages, an execution each.
task<int> run_adder(orchestration_context ctx, std::vector<int> seen) {
  int next = co_await ctx.dequeue_event(numbers);
  seen.push_back(next);
  if (seen.size() < 3) co_return ctx.continue_as_new(seen);
  co_return 100 * seen[0] + 10 * seen[1] + seen[2];
}

task<int> run_patient_parent(orchestration_context ctx, int n) {
  std::string slept = co_await ctx.schedule_sub_orchestration(sleeper, n).with_id("sleeping-child");
  co_return static_cast<int>(slept.size());
}

task<std::string> run_sleeper(orchestration_context ctx, int) {
  std::string approver = co_await ctx.wait_for_event(approved);
  co_return approver;
}

task<order> run_ordering(orchestration_context ctx, order wanted) {
  order reserved = co_await ctx.schedule_activity(reserve, wanted);
  co_return reserved;
}

task<int> run_reporter(orchestration_context ctx) {
  ctx.set_custom_status("begun");
  std::string name = co_await ctx.wait_for_event(approved);
  ctx.set_custom_status("seen by " + name);
  co_await ctx.schedule_activity(nothing);
  std::string again = co_await ctx.wait_for_event(approved);
  co_return 7;
}

task<std::string> run_by_name(orchestration_context ctx, std::string name) {
  json_text greeting = co_await ctx.schedule_activity("greet", codec<std::string>::encode(name));
  ctx.start_orchestration("Hello", "detached-" + name, codec<std::string>::encode(name));
  co_return greeting.text();
}

void register_all(runtime& runtime) {
  runtime.register_activity(greet,
                            [](activity_context&, std::string name) { return "Hello, " + name + "!"; });
  runtime.register_activity(square, [](activity_context&, int n) { return n * n; });
  runtime.register_activity(
      refuse, [](activity_context&, int n) -> int { throw std::runtime_error("no " + std::to_string(n)); });
  runtime.register_activity(reserve, [](activity_context&, order o) {
    return order{o.id, "reserved " + o.item};
  });
  runtime.register_activity(nothing, [](activity_context&) {});
  runtime.register_orchestration(hello, run_hello);
  runtime.register_orchestration(sum_of_squares, run_sum_of_squares);
  runtime.register_orchestration(family, run_family);
  runtime.register_orchestration(approval, run_approval);
  runtime.register_orchestration(careful, run_careful);
  runtime.register_orchestration(failing, run_failing);
  runtime.register_orchestration(adder, run_adder);
  runtime.register_orchestration(patient_parent, run_patient_parent);
  runtime.register_orchestration(sleeper, run_sleeper);
  runtime.register_orchestration(ordering, run_ordering);
  runtime.register_orchestration(reporter, run_reporter);
  runtime.register_orchestration(by_name, run_by_name);
}

// A runtime with all of them, for one law.
template <class Law> void with_runtime(Law law) {
  test_store store;
  std::shared_ptr<provider> opened = store.open();
  runtime runtime(opened, verified());
  register_all(runtime);
  runtime.start();
  law(runtime.client(), *opened);
}

LAW("an activity's result is the orchestration's to use") {
  with_runtime([](client client, provider& store) {
    REQUIRE(client.start(hello, "h", "World").was_started());
    CHECK(client.instance(hello, "h").result(patience) == "Hello, World!");
    CHECK(event_kinds(store, "h") == std::vector<std::string>{"orchestration_started", "activity_scheduled",
                                                              "activity_completed",
                                                              "orchestration_completed"});
  });
}

LAW("payload bytes that are not text survive the way through the store") {
  with_runtime([](client client, provider&) {
    std::string odd("nul \0 and \xff\xfe", 11);
    client.start(hello, "odd", odd);
    CHECK(client.instance(hello, "odd").result(patience) == "Hello, " + odd + "!");
  });
}

LAW("structs travel as payloads") {
  with_runtime([](client client, provider&) {
    client.start(ordering, "o", order{7, "tea"});
    order reserved = client.instance(ordering, "o").result(patience);
    CHECK(reserved.id == 7);
    CHECK(reserved.item == "reserved tea");
  });
}

LAW("a fan-out of activities is joined") {
  with_runtime([](client client, provider&) {
    client.start(sum_of_squares, "s", 50);
    CHECK(client.instance(sum_of_squares, "s").result(patience) == 42925);
  });
}

LAW("children report to their parent, with automatic ids and with explicit ones") {
  with_runtime([](client client, provider&) {
    client.start(family, "f", 3);
    CHECK(client.instance(family, "f").result(patience) == 14 + 30);
    CHECK(client.instance("second-child").status().status == runtime_status::completed);
    CHECK(client.instance("f::sub::2").status().status == runtime_status::completed);
  });
}

LAW("a child whose id is taken fails for its parent, and the other instance is left alone") {
  with_runtime([](client client, provider&) {
    client.start(hello, "second-child", "first come");
    client.instance(hello, "second-child").result(patience);
    client.start(family, "f", 3);
    instance_status ended = client.instance("f").wait(patience);
    CHECK(ended.status == runtime_status::failed);
    REQUIRE(ended.error);
    CHECK(ended.error->kind == error_kind::already_exists);
    CHECK(client.instance(hello, "second-child").result(patience) == "Hello, first come!");
  });
}

LAW("an event that comes in time wins over the timeout, and the timeout wins when none comes") {
  with_runtime([](client client, provider& store) {
    client.start(approval, "late", 1);
    CHECK(client.instance(approval, "late").result(patience) == "timed_out");
    client.start(approval, "early", 3'600'000);
    client.instance("early").raise(approved, "Grace");
    CHECK(client.instance(approval, "early").result(patience) == "approved by Grace");
    CHECK(store.load("early").value()->inbox.empty());  // the timer that lost is gone from the store
  });
}

LAW("failures of activities and children are values, with their text and kind") {
  with_runtime([](client client, provider&) {
    client.start(careful, "c", 4);
    CHECK(client.instance(careful, "c").result(patience) == "no 4 / no 4");
  });
}

LAW("an orchestration that does not handle a failure fails with it") {
  with_runtime([](client client, provider&) {
    client.start(failing, "f", 5);
    try {
      client.instance(failing, "f").result(patience);
      FAIL("it should have failed");
    } catch (const orchestration_failed& e) {
      CHECK(e.kind() == error_kind::activity_failed);
      CHECK(std::string(e.what()) == "no 5");
      CHECK(e.details().source == "refuse");
    }
  });
}

LAW("queue messages come in order and survive continue-as-new") {
  with_runtime([](client client, provider&) {
    client.start(adder, "a", std::vector<int>{});
    for (int n : {1, 2, 3}) client.instance("a").enqueue(numbers, n);
    CHECK(client.instance(adder, "a").result(patience) == 123);
    CHECK(client.instance("a").status().execution == 3);
  });
}

LAW("cancelling an instance cancels its children, and says why") {
  with_runtime([](client client, provider&) {
    client.start(patient_parent, "p", 1);
    REQUIRE(eventually(
        [&] { return client.instance("sleeping-child").status().status == runtime_status::running; }));
    client.instance("p").cancel("not needed");
    instance_status parent = client.instance("p").wait(patience);
    CHECK(parent.status == runtime_status::cancelled);
    REQUIRE(parent.error);
    CHECK(parent.error->message == "not needed");
    CHECK(client.instance("sleeping-child").wait(patience).status == runtime_status::cancelled);
    client.instance("p").cancel("again");  // does nothing
  });
}

LAW("a client is told of each change of the custom status") {
  with_runtime([](client client, provider&) {
    client.start(reporter, "r");
    instance_status first = client.instance("r").wait_for_status_change(0, patience);
    CHECK(first.custom_status == "begun");
    CHECK(first.custom_status_version == 1);
    auto second = client.async().instance("r").wait_for_status_change(1, patience);
    client.instance("r").raise(approved, "Ada");
    CHECK(second.get().custom_status == "seen by Ada");
    auto end = client.async().instance("r").wait_for_status_change(2, patience);
    REQUIRE(eventually([&] {
      client.async().instance("r").raise("approved", "\"Bob\"").wait();
      return end.wait_for(1ms) == std::future_status::ready;
    }));
    CHECK(end.get().status == runtime_status::completed);
  });
}

LAW("everything can be named at run time, and detached starts run on their own") {
  with_runtime([](client client, provider&) {
    client.start({"ByName", "n", "\"Ada\"", {}});
    CHECK(client.instance("n").wait(patience).output == "\"\\\"Hello, Ada!\\\"\"");
    REQUIRE(eventually(
        [&] { return client.instance("detached-Ada").status().status == runtime_status::completed; }));
  });
}

}  // namespace
}  // namespace duroxide::laws_of_operations
