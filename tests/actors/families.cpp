// Parents and children: a child reports every ending, to the execution that waits for it.
#include "tests/actors/fixture.hpp"
#include "tests/support/history_of.hpp"

namespace duroxide::laws_of_families {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> later_parent{"LaterParent"};
constexpr orchestration<int(int)> counting_child{"CountingChild"};
constexpr orchestration<int(int)> parent_of_counting{"ParentOfCounting"};
constexpr orchestration<std::string(std::string)> tells_failure{"TellsFailure"};
constexpr orchestration<int(int)> parent_of_many{"ParentOfMany"};
constexpr orchestration<int(int)> loser{"Loser"};
constexpr orchestration<int(int)> generations{"Generations"};
constexpr orchestration<std::string(std::string)> two_of_one_id{"TwoOfOneId"};

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Has its child in its third execution.
task<int> run_later_parent(orchestration_context ctx, int n) {
  if (ctx.execution_id() < 3) co_return ctx.continue_as_new(n + 1);
  int child = co_await ctx.schedule_sub_orchestration(waiting, n).with_id("the-child");
  co_return 10 * child;
}

// Answers in its fourth execution.
task<int> run_counting_child(orchestration_context ctx, int n) {
  if (n == 0) {
    int more = co_await ctx.wait_for_event(go);
    co_return more;
  }
  co_await ctx.schedule_timer(1ms);
  co_return ctx.continue_as_new(n - 1);
}

task<int> run_parent_of_counting(orchestration_context ctx, int n) {
  int child = co_await ctx.schedule_sub_orchestration(counting_child, n).with_id("the-child");
  co_return child + 1;
}

// How the child of this name fails, as its parent sees it.
task<std::string> run_tells_failure(orchestration_context ctx, std::string child) {
  auto tried = co_await settle(ctx.schedule_sub_orchestration(child, json_text("5000")).with_id("the-child"));
  if (tried) co_return "no failure";
  error_details why = tried.error().details();
  co_return std::string(to_string(why.category)) + "/" + std::string(to_string(why.kind)) + " " + why.message;
}

task<int> run_parent_of_many(orchestration_context ctx, int n) {
  std::vector<sub_orchestration_call<int>> calls;
  for (int i = 0; i < n; ++i) calls.push_back(ctx.schedule_sub_orchestration(waiting, i));
  auto each = co_await all(std::move(calls));
  co_return static_cast<int>(each.size());
}

// Two children lose: one against a timer, one because it goes out of scope.
task<int> run_loser(orchestration_context ctx, int n) {
  {
    auto held = ctx.start(ctx.schedule_sub_orchestration(waiting, n).with_id("dropped"));
    co_await ctx.schedule_timer(1ms);
  }
  auto first = co_await race(ctx.schedule_sub_orchestration(waiting, n), ctx.schedule_timer(1ms));
  int go_on = co_await ctx.wait_for_event(go);
  co_return static_cast<int>(first.index()) + go_on;
}

task<int> run_generations(orchestration_context ctx, int n) {
  if (n == 0) co_return 1;
  auto both = co_await all(ctx.schedule_sub_orchestration(generations, n - 1),
                           ctx.schedule_sub_orchestration(generations, n - 1), ctx.schedule_timer(1ms));
  co_return std::get<0>(both) + std::get<1>(both);
}

task<std::string> run_two_of_one_id(orchestration_context ctx, std::string order) {
  const std::string id = order + "'s";
  if (order == "detached first") ctx.start_orchestration(waiting, id, 1);
  auto child = ctx.start(ctx.schedule_sub_orchestration(waiting, 1).with_id(id));
  if (order == "child first") ctx.start_orchestration(waiting, id, 1);
  auto ended = co_await settle(std::move(child));
  co_return ended ? std::to_string(*ended) : std::string(to_string(ended.error().details().kind));
}

std::unique_ptr<runtime> start_on(test_store& store, runtime_options options = verified()) {
  auto started = std::make_unique<runtime>(store.open(), options);
  started->register_orchestration(waiting, run_waiting);
  started->register_orchestration(later_parent, run_later_parent);
  started->register_orchestration(counting_child, run_counting_child);
  started->register_orchestration(parent_of_counting, run_parent_of_counting);
  started->register_orchestration(tells_failure, run_tells_failure);
  started->register_orchestration(parent_of_many, run_parent_of_many);
  started->register_orchestration(loser, run_loser);
  started->register_orchestration(generations, run_generations);
  started->register_orchestration(two_of_one_id, run_two_of_one_id);
  started->start();
  return started;
}

bool becomes(client caller, const std::string& instance, runtime_status status) {
  return eventually([&] { return caller.instance(instance).status().status == status; });
}

LAW("a child of a later execution reports to that execution, also after a restart") {
  test_store store;
  {
    auto first = start_on(store);
    first->client().start(later_parent, "p", 0);
    REQUIRE(becomes(first->client(), "the-child", runtime_status::running));
  }
  auto again = start_on(store);
  again->client().instance("the-child").raise(go, 2);
  CHECK(again->client().instance(later_parent, "p").result(patience) == 40);
  CHECK(again->client().instance("p").status().execution == 3);
}

LAW("a child that continues as new reports its last result, also after a restart") {
  test_store store;
  {
    auto first = start_on(store);
    first->client().start(parent_of_counting, "p", 3);
    REQUIRE(eventually([&] { return first->client().instance("the-child").status().execution == 4; }));
  }
  auto again = start_on(store);
  again->client().instance("the-child").raise(go, 7);
  CHECK(again->client().instance(parent_of_counting, "p").result(patience) == 8);
}

LAW("a parent is told that its child was cancelled, and why") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  client.start(tells_failure, "p", "Waiting");
  REQUIRE(becomes(client, "the-child", runtime_status::running));
  client.instance("the-child").cancel("not needed");
  CHECK(client.instance(tells_failure, "p").result(patience) == "application/cancelled not needed");
}

LAW("a child that nobody can run is poison for its parent") {
  test_store store;
  runtime_options options = verified();
  options.max_failed_attempts = 2;
  auto runtime = start_on(store, options);
  runtime->client().start(tells_failure, "p", "Nowhere");
  instance_status ended = runtime->client().instance("p").wait(patience);
  CHECK(ended.status == runtime_status::failed);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::poison);
  CHECK_THAT(ended.error->message, Catch::Contains("'the-child'") && Catch::Contains("'Nowhere'"));
}

LAW("a cancelled parent takes all of its children along") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  client.start(parent_of_many, "p", 5);
  for (int i = 2; i < 7; ++i)
    REQUIRE(becomes(client, "p::sub::" + std::to_string(i), runtime_status::running));
  client.instance("p").cancel("enough");
  CHECK(client.instance("p").wait(patience).status == runtime_status::cancelled);
  for (int i = 2; i < 7; ++i)
    CHECK(client.instance("p::sub::" + std::to_string(i)).wait(patience).status == runtime_status::cancelled);
}

LAW("a child that loses, or goes out of scope, is cancelled while its parent goes on") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  client.start(loser, "p", 1);
  REQUIRE(becomes(client, "dropped", runtime_status::cancelled));
  REQUIRE(becomes(client, "p::sub::6", runtime_status::cancelled));
  CHECK(client.instance("p").status().status == runtime_status::running);
  client.instance("p").raise(go, 40);
  CHECK(client.instance(loser, "p").result(patience) == 41);
}

LAW("of a child and a detached start of one id, the one that was asked for first is started") {
  test_store store;
  auto runtime = start_on(store);
  client client = runtime->client();
  client.start(two_of_one_id, "d", "detached first");
  CHECK(client.instance(two_of_one_id, "d").result(patience) == "already_exists");
  CHECK_FALSE(client.admin().get_instance_info("detached first's").parent);
  client.start(two_of_one_id, "c", "child first");
  REQUIRE(becomes(client, "child first's", runtime_status::running));
  CHECK(client.admin().get_instance_info("child first's").parent->instance == "c");
  client.instance("child first's").raise(go, 2);
  CHECK(client.instance(two_of_one_id, "c").result(patience) == "3");
}

LAW("children have children, and the results come all the way up") {
  test_store store;
  auto runtime = start_on(store);
  runtime->client().start(generations, "g", 4);
  CHECK(runtime->client().instance(generations, "g").result(patience) == 16);
}

}  // namespace
}  // namespace duroxide::laws_of_families
