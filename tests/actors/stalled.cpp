// Instances that the code of today cannot run: they stall, and go on with code that can.
#include "actors/shard/retry_pace.hpp"
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_stalled_instances {
namespace {

using namespace testing_support;

constexpr orchestration<std::string(std::string)> order{"Order"};
constexpr orchestration<std::string(std::string)> packing{"Packing"};
constexpr activity<int(std::string)> reserve{"reserve"};
constexpr activity<int(std::string)> weigh{"weigh"};
constexpr event_queue<std::string> notes{"notes"};
constexpr event<std::string> released{"released"};

// With the mistake of a deploy it asks for another activity first.
task<std::string> run_order(orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(reserve, item);
  std::string all;
  for (int i = 0; i < 3; ++i) {
    std::string next = co_await ctx.dequeue_event(notes);
    all += next;
  }
  co_return all;
}

task<std::string> run_wrong_order(orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(weigh, item);
  co_return item;
}

// Waits for a child that nobody releases.
task<std::string> run_packing(orchestration_context ctx, std::string item) {
  std::string packed = co_await ctx.schedule_sub_orchestration(order, item);
  co_return packed;
}

enum class build { right, wrong, without_order };

std::unique_ptr<runtime> open_shop(test_store& store, build which,
                                   const std::shared_ptr<std::atomic<int>>& reserved,
                                   mismatch_policy policy = mismatch_policy::stall) {
  runtime_options options = verified();
  options.on_mismatch = policy;
  auto opened = std::make_unique<runtime>(store.open(), options);
  opened->register_activity(reserve,
                            [reserved](activity_context&, const std::string&) { return ++*reserved; });
  opened->register_activity(weigh, [](activity_context&, const std::string&) { return 1; });
  if (which != build::without_order)
    opened->register_orchestration(order, which == build::right ? run_order : run_wrong_order);
  opened->register_orchestration(packing, run_packing);
  opened->start();
  return opened;
}

// The order has reserved what it needs, and waits for its notes.
void begin_order(client client, const std::string& id) {
  client.start(order, id, id);
  REQUIRE(eventually([&] { return client.admin().read_history(id).size() >= 4; }));
}

// Why a wait for it says that it does not go on.
std::string stalled_by(const client& client, const std::string& id) {
  std::string why;
  REQUIRE(eventually([&] {
    why = details_of<timeout_error>([&] { client.instance(id).wait(50ms); }).message;
    return why.find("it is stalled: ") != std::string::npos;
  }));
  return why;
}

instance_problem problem_of(const client& client, const std::string& id) {
  instance_problem found;
  REQUIRE(eventually([&] {
    for (const instance_problem& each : client.admin().list_problems({.instance = id}).problems) found = each;
    return found.instance == id;
  }));
  return found;
}

LAW("an order that a wrong build stalls says why, keeps what is sent to it, and goes on with the right "
    "build") {
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  begin_order(open_shop(store, build::right, reserved)->client(), "o");
  {
    const auto wrong = open_shop(store, build::wrong, reserved);
    for (const char* note : {"a", "b"}) wrong->client().instance("o").enqueue(notes, note);
    wrong->client().instance("o").raise(released, "x");
    const std::string why = stalled_by(wrong->client(), "o");
    CHECK(why.find("activity_scheduled 'reserve'") != std::string::npos);
    CHECK(why.find("stalled.cpp:") != std::string::npos);
    CHECK(wrong->client().instance("o").status().status == runtime_status::running);
    const instance_problem noted = problem_of(wrong->client(), "o");
    CHECK(noted.kind == problem_kind::mismatch);
    CHECK(why.find(noted.detail) != std::string::npos);
    wrong->client().instance("o").enqueue(notes, "c");
  }
  const auto right = open_shop(store, build::right, reserved);
  CHECK(right->client().instance(order, "o").result(patience) == "abc");
  CHECK(reserved->load() == 1);
  CHECK(right->client().admin().list_problems().problems.empty());
  CHECK(right->client().admin().verify().inconsistencies == 0);
}

LAW("an order that nobody here knows waits for a process that does, with what is sent to it") {
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  begin_order(open_shop(store, build::right, reserved)->client(), "o");
  {
    const auto without = open_shop(store, build::without_order, reserved);
    for (const char* note : {"a", "b", "c"}) without->client().instance("o").enqueue(notes, note);
    CHECK(stalled_by(without->client(), "o").find("orchestration 'Order' is not registered") !=
          std::string::npos);
  }
  const auto right = open_shop(store, build::right, reserved);
  CHECK(right->client().instance(order, "o").result(patience) == "abc");
  CHECK(reserved->load() == 1);
}

LAW("a problem ends when the instance can be run again, also if it has nothing to do") {
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  begin_order(open_shop(store, build::right, reserved)->client(), "o");
  constexpr event_queue<std::string> unawaited{"unawaited"};
  {
    const auto wrong = open_shop(store, build::wrong, reserved);
    wrong->client().instance("o").enqueue(unawaited, "x");
    CHECK(problem_of(wrong->client(), "o").kind == problem_kind::mismatch);
  }
  const auto right = open_shop(store, build::right, reserved);
  CHECK(eventually([&] { return right->client().admin().list_problems().problems.empty(); }));
  CHECK(right->client().instance("o").status().status == runtime_status::running);
}

LAW("an instance that is stalled can be cancelled without its code, with what it has begun") {
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  {
    const auto right = open_shop(store, build::right, reserved);
    begin_order(right->client(), "o");
    right->client().start(packing, "p", "item");
    REQUIRE(eventually([&] { return reserved->load() == 2; }));
  }
  for (const build which : {build::wrong, build::without_order}) {
    const auto shop = open_shop(store, which, reserved);
    const std::string id = which == build::wrong ? "o" : "p::sub::2";
    shop->client().instance(id).raise(released, "x");
    stalled_by(shop->client(), id);
    if (which == build::wrong) {
      shop->client().instance("o").cancel("not needed");
      CHECK(details_of([&] { shop->client().instance(order, "o").result(patience); }).message ==
            "not needed");
    } else {
      shop->client().instance("p").cancel("all of it");
      CHECK(shop->client().instance("p").wait(patience).status == runtime_status::cancelled);
      CHECK(shop->client().instance(id).wait(patience).status == runtime_status::cancelled);
    }
    CHECK(shop->client().admin().verify().inconsistencies == 0);
  }
}

LAW("an instance whose history is of a newer build is left alone, whatever is asked of it") {
  test_store store;
  const auto opened = store.open();
  instance_start newer;
  newer.instance = "o";
  newer.orchestration = std::string(order.name());
  newer.input = "\"tea\"";
  newer.history_format = limits::history_format + 1;
  REQUIRE(opened->start(newer).value());
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  const auto shop = open_shop(store, build::right, reserved);
  CHECK(stalled_by(shop->client(), "o").find("its history has format") != std::string::npos);
  shop->client().instance("o").cancel("not needed");
  shop->client().instance("o").terminate("not needed");
  CHECK(stalled_by(shop->client(), "o").find("its history has format") != std::string::npos);
  CHECK(shop->client().instance("o").status().status == runtime_status::pending);
  CHECK(opened->load("o").value()->inbox.size() == 3);
}

LAW("code that is not deterministic in the first turn of an instance fails it: there is nothing to keep") {
  test_store store;
  runtime_options options = verified();
  options.on_mismatch = mismatch_policy::stall;
  runtime fickle(store.open(), options);
  fickle.register_orchestration(order, [](orchestration_context ctx, std::string) -> task<std::string> {
    static std::atomic<int> runs{0};
    co_await ctx.schedule_activity(reserve, std::to_string(++runs));
    co_return "";
  });
  fickle.start();
  fickle.client().start(order, "o", "tea");
  const error_details why = details_of([&] { fickle.client().instance(order, "o").result(patience); });
  CHECK(why.kind == error_kind::nondeterminism);
}

LAW("who asks for it has instances fail that do not match their code") {
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  begin_order(open_shop(store, build::right, reserved)->client(), "o");
  const auto wrong = open_shop(store, build::wrong, reserved, mismatch_policy::fail);
  wrong->client().instance("o").enqueue(notes, "a");
  wrong->client().instance("o").raise(released, "x");
  CHECK(details_of([&] { wrong->client().instance(order, "o").result(patience); }).kind ==
        error_kind::nondeterminism);
}

LAW("a thousand orders that a wrong deploy stalls all finish with the right one") {
  constexpr int many = 1000;
  test_store store;
  const auto reserved = std::make_shared<std::atomic<int>>(0);
  const auto id = [](int i) { return "o" + std::to_string(i); };
  {
    const auto right = open_shop(store, build::right, reserved);
    for (int i = 0; i < many; ++i) right->client().start(order, id(i), id(i));
    REQUIRE(eventually([&] { return reserved->load() == many; }));
  }
  {
    const auto wrong = open_shop(store, build::wrong, reserved);
    for (int i = 0; i < many; ++i) wrong->client().instance(id(i)).raise(released, "x");
    for (int i = 0; i < many; i += 100) stalled_by(wrong->client(), id(i));
    CHECK(wrong->client().admin().get_system_metrics().failed == 0);
  }
  const auto right = open_shop(store, build::right, reserved);
  for (int i = 0; i < many; ++i)
    for (const char* note : {"a", "b", "c"}) right->client().instance(id(i)).enqueue(notes, note);
  for (int i = 0; i < many; ++i) CHECK(right->client().instance(order, id(i)).result(patience) == "abc");
  CHECK(reserved->load() == many);
}

LAW("a node tries so many stalled instances a second, and some more at once after a pause") {
  using internal::retry_pace;
  retry_pace pace;
  internal::steady_time now = internal::steady_now();
  const auto taken = [&] {
    int count = 0;
    while (pace.take(now)) ++count;
    return count;
  };
  CHECK(taken() == retry_pace::at_once);
  CHECK(taken() == 0);
  now += std::chrono::milliseconds(100);
  CHECK(taken() == retry_pace::per_second / 10);
  now += std::chrono::hours(1);
  CHECK(taken() == retry_pace::at_once);
}

}  // namespace
}  // namespace duroxide::laws_of_stalled_instances
