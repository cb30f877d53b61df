// What an operator is told of instances that do not move.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_explaining {
namespace {

using namespace testing_support;

constexpr orchestration<std::string(std::string)> order{"Order"};
constexpr orchestration<std::string(std::string)> packing{"Packing"};
constexpr activity<int(std::string)> charge{"charge"};
constexpr activity<int(std::string)> weigh{"weigh"};
constexpr event_queue<std::string> notes{"notes"};
constexpr event<std::string> released{"released"};

// Waits for what its input names.
task<std::string> run_order(orchestration_context ctx, std::string what) {
  if (what == "timer") co_await ctx.schedule_timer(24h);
  if (what == "queue") co_await ctx.dequeue_event(notes);
  if (what == "nobody") co_await ctx.schedule_activity(weigh, what);
  if (what == "session") co_await ctx.schedule_activity(charge, what).on_session("s");
  if (what == "declined") {
    const retry_policy patient = retry_policy(5).with_backoff(backoff::fixed(24h));
    co_await ctx.schedule_activity(charge, what).with_retry(patient);
  }
  if (what == "event") co_await ctx.wait_for_event(released);
  co_return what;
}

task<std::string> run_packing(orchestration_context ctx, std::string what) {
  std::string packed = co_await ctx.schedule_sub_orchestration(order, what);
  co_return packed;
}

enum class build { right, without_order };

std::unique_ptr<runtime> open_shop(test_store& store, build which = build::right) {
  runtime_options options = verified();
  options.on_mismatch = mismatch_policy::stall;
  auto opened = std::make_unique<runtime>(store.open(), options);
  opened->register_activity(charge, [](activity_context&, const std::string& what) {
    if (what == "declined") throw std::runtime_error("the card was declined");
    return 1;
  });
  if (which == build::right) opened->register_orchestration(order, run_order);
  opened->register_orchestration(packing, run_packing);
  opened->start();
  return opened;
}

// "activity charge no_node_offers", of an instance that waits for one thing; else the number of them.
std::string outline(const explanation& told) {
  if (told.waits.size() != 1) return std::to_string(told.waits.size());
  const open_wait& only = told.waits.front();
  return std::string(to_string(only.kind)) + (only.name.empty() ? "" : " " + only.name) + " " +
         std::string(to_string(only.blocked_by));
}

// Waits until it is told like this.
explanation told_as(const admin& operators, const std::string& id, const std::string& expected) {
  explanation told;
  const bool found = eventually([&] {
    told = operators.explain(id);
    return outline(told) == expected;
  });
  INFO(id << ": " << outline(told));
  REQUIRE(found);
  return told;
}

LAW("what is waited for is explained from the store alone, with what keeps it away") {
  test_store store;
  const auto shop = open_shop(store);
  const client client = shop->client();
  for (const char* what : {"timer", "queue", "nobody", "declined", "event"}) client.start(order, what, what);
  const admin operators(store.open());
  CHECK(told_as(operators, "timer", "timer timer").waits[0].due.has_value());
  CHECK(told_as(operators, "queue", "queue notes queue").waits[0].messages == 0);
  told_as(operators, "event", "event released event");

  const explanation nobody = told_as(operators, "nobody", "activity weigh no_node_offers");
  REQUIRE(nobody.owner);
  CHECK(nobody.owner->lives);
  CHECK(nobody.state == instance_state::active);
  CHECK(nobody.waits[0].text.find("node " + std::to_string(nobody.owner->node)) != std::string::npos);

  const explanation declined = told_as(operators, "declined", "activity charge retry_pause");
  CHECK(declined.waits[0].attempt == 1);
  CHECK(declined.waits[0].due.value() > declined.waits[0].since + 23h);
  REQUIRE(declined.waits[0].last_error);
  CHECK(declined.waits[0].last_error->message == "the card was declined");
  CHECK(kind_of([&] { operators.explain("unknown"); }) == error_kind::instance_not_found);
}

LAW("the explanation of a parent tells that its child is stalled, and why") {
  test_store store;
  {
    const auto shop = open_shop(store);
    shop->client().start(packing, "p", "event");
    told_as(shop->client().admin(), "p", "child Order child");
    told_as(shop->client().admin(), "p::sub::2", "event released event");
  }
  const auto shop = open_shop(store, build::without_order);
  const admin operators = shop->client().admin();
  shop->client().instance("p::sub::2").raise(released, "x");
  REQUIRE(eventually([&] { return operators.explain("p::sub::2").state == instance_state::stalled; }));
  const explanation child = told_as(operators, "p::sub::2", "event released stalled");
  REQUIRE(child.problem);
  CHECK(child.problem->kind == problem_kind::not_registered);
  CHECK(child.parent == "p");
  CHECK(child.inbox.size() == 1);
  const explanation parent = told_as(operators, "p", "child Order child");
  REQUIRE(parent.waits[0].instance);
  CHECK(parent.waits[0].instance->instance == "p::sub::2");
  REQUIRE(parent.waits[0].instance->problem);
  CHECK(parent.waits[0].instance->problem->detail.find("'Order' is not registered") != std::string::npos);
}

LAW("an activity whose session is at another node is explained with that node") {
  test_store store;
  runtime_options options = verified();
  options.worker_concurrency = 0;
  options.unregistered_backoff_base = options.unregistered_backoff_limit = patience;
  runtime orchestrator(store.open(), options);
  orchestrator.register_orchestration(order, run_order);
  orchestrator.start();
  orchestrator.client().start(order, "first", "session");
  const auto other = store.open();
  const node_membership member = other->join({"other", {}, {"charge"}, false}).value();
  activity_claim claim;
  claim.names = {"charge"};
  claim.limit = 1;
  claim.max_sessions = 1;
  claim.session_idle_timeout = 1h;
  claim.session_lock_timeout = 1h;
  REQUIRE(eventually([&] {
    claim.now = std::chrono::floor<duration>(std::chrono::system_clock::now());
    return other->claim_activities(member.node, claim).value().size() == 1;
  }));
  const admin operators = orchestrator.client().admin();
  const explanation first = told_as(operators, "first", "activity charge worker_has_it");
  CHECK(first.waits[0].node->node == member.node);
  orchestrator.client().start(order, "second", "session");
  const explanation second = told_as(operators, "second", "activity charge session_elsewhere");
  REQUIRE(second.waits[0].node);
  CHECK(second.waits[0].node->node == member.node);
  CHECK(second.waits[0].session == "s");
  other->leave(member.node).value();
}

LAW("an instance whose owner died without a word is told to have no living node") {
  if (store_kind() == "SQLite memory") return;  // it dies with its node
  test_store store;
  {
    const auto shop = open_shop(store);
    shop->client().start(order, "o", "event");
    told_as(shop->client().admin(), "o", "event released event");
  }
  auto doomed = store.open();
  const std::uint64_t node = doomed->join({"short-lived", {"Order@1.0.0"}, {}}).value().node;
  const auto watching = store.open();
  const admin operators(watching);
  client(watching).instance("o").raise(released, "x");
  CHECK(told_as(operators, "o", "event released undelivered").owner ==
        node_reference{node, "short-lived", true});
  doomed.reset();
  const explanation told = told_as(operators, "o", "event released no_living_node");
  REQUIRE(told.owner);
  CHECK(*told.owner == node_reference{node, "short-lived", false});
}

}  // namespace
}  // namespace duroxide::laws_of_explaining
