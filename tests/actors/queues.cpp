// Long queues: in memory only in part, and across executions, passivation and restarts.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <algorithm>
#include <atomic>
#include <sstream>

namespace duroxide::laws_of_long_queues {
namespace {

using namespace testing_support;

constexpr event_queue<int> orders{"orders"};
constexpr event_queue<int> returns{"returns"};
constexpr event<int> go{"go"};
constexpr activity<int(int)> check{"check"};

constexpr orchestration<int(int)> eternal{"Eternal"};
constexpr orchestration<int(int)> collector{"Collector"};
constexpr orchestration<std::string(int)> patient{"Patient"};
constexpr orchestration<int(int)> parent{"Parent"};
constexpr orchestration<int(int)> late_parent{"LateParent"};

// Takes the numbers from 1 on, one an execution, up to 0; says how many.
task<int> run_eternal(orchestration_context ctx, int taken) {
  int next = co_await ctx.dequeue_event(orders);
  if (next == 0) co_return taken;
  if (next != taken + 1) co_return -next;
  co_return ctx.continue_as_new(next);
}

// Takes `wanted` numbers in one execution, each with an activity.
task<int> run_collector(orchestration_context ctx, int wanted) {
  for (int i = 1; i <= wanted; ++i) {
    int next = co_await ctx.dequeue_event(orders);
    int checked = co_await ctx.schedule_activity(check, next);
    if (checked != i) co_return -i;
  }
  co_return wanted;
}

// Receives into waits that it lets go of, takes a return, and continues with whatever orders are there.
task<std::string> run_patient(orchestration_context ctx, int round) {
  if (round == 0) {
    auto held = ctx.start(ctx.dequeue_event(orders));
    auto held_too = ctx.start(ctx.dequeue_event(orders));
    co_await ctx.wait_for_event(go);
    co_return ctx.continue_as_new(1);
  }
  std::string taken;
  for (int i = 0; i < 4; ++i) taken += std::to_string(co_await ctx.dequeue_event(orders)) + " ";
  int back = co_await ctx.dequeue_event(returns);
  co_return taken + std::to_string(back);
}

// Waits for an order all along, and has a child meanwhile.
task<int> run_parent(orchestration_context ctx, int n) {
  auto order = ctx.start(ctx.dequeue_event(orders));
  co_await ctx.wait_for_event(go);
  int child = co_await ctx.schedule_sub_orchestration(collector, 0);
  int taken = co_await std::move(order);
  co_return n + child + taken;
}

// The same, but it begins to wait for its order only when it has been told to.
task<int> run_late_parent(orchestration_context ctx, int n) {
  co_await ctx.wait_for_event(go);
  auto order = ctx.start(ctx.dequeue_event(orders));
  co_await ctx.wait_for_event(go);
  int child = co_await ctx.schedule_sub_orchestration(collector, 0);
  int taken = co_await std::move(order);
  co_return n + child + taken;
}

void register_all(runtime& running) {
  running.register_orchestration(late_parent, run_late_parent);
  running.register_orchestration(parent, run_parent);
  running.register_activity(check, [](activity_context&, int n) { return n; });
  running.register_orchestration(eternal, run_eternal);
  running.register_orchestration(collector, run_collector);
  running.register_orchestration(patient, run_patient);
}

void enqueue(client& clients, const event_queue<int>& queue, const std::string& instance, int from, int to) {
  std::vector<std::future<void>> sent;
  for (int i = from; i <= to; ++i)
    sent.push_back(
        clients.async().instance(instance).enqueue(std::string(queue.name()), json_text(std::to_string(i))));
  for (auto& each : sent) each.get();
}

constexpr int many = 5 * static_cast<int>(limits::queue_page) / 2;

}  // namespace

LAW("an instance takes a long queue in order, one message an execution") {
  test_store store;
  runtime running(store.open(), verified());
  register_all(running);
  running.start();
  client clients = running.client();
  clients.start(eternal, "e", 0);
  enqueue(clients, orders, "e", 1, many);
  enqueue(clients, orders, "e", 0, 0);
  CHECK(clients.instance(eternal, "e").result(4 * patience) == many);
  CHECK(clients.admin().get_queue_depths().messages == 0);
  CHECK(clients.admin().verify().inconsistencies == 0);
}

LAW("what is behind a long queue that nobody waits for is found, also after a restart") {
  test_store store;
  {
    runtime running(store.open(), verified());
    register_all(running);
    running.start();
    client clients = running.client();
    clients.start(collector, "c", 3);
    enqueue(clients, returns, "c", 1, many);
    enqueue(clients, orders, "c", 1, 1);
    running.shutdown();
  }
  runtime running(store.open(), verified());
  register_all(running);
  running.start();
  client clients = running.client();
  enqueue(clients, orders, "c", 2, 3);
  CHECK(clients.instance(collector, "c").result(patience) == 3);
  CHECK(clients.admin().get_queue_depths().messages == 0);  // the rest goes with the instance
}

LAW("a long queue outlives the passivation of its instance, and restarts, and is taken once and in order") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 1ms;
  int sent = 0;
  for (int round = 0; round < 3; ++round) {
    runtime running(store.open(), options);
    register_all(running);
    running.start();
    client clients = running.client();
    if (round == 0) clients.start(eternal, "e", 0);
    enqueue(clients, orders, "e", sent + 1, sent + 600);
    sent += 600;
    running.shutdown();
  }
  runtime running(store.open(), options);
  register_all(running);
  running.start();
  client clients = running.client();
  enqueue(clients, orders, "e", 0, 0);
  CHECK(clients.instance(eternal, "e").result(2 * patience) == sent);
}

LAW("messages that were received and let go of come first in the next execution") {
  for (const bool restarts : {false, true}) {
    test_store store;
    auto running = std::make_unique<runtime>(store.open(), verified());
    register_all(*running);
    running->start();
    client clients = running->client();
    clients.start(patient, "p", 0);
    enqueue(clients, orders, "p", 1, 4);
    enqueue(clients, returns, "p", 9, 9);
    REQUIRE(eventually([&] { return clients.instance("p").status().status == runtime_status::running; }));
    if (restarts) {
      running.reset();
      running = std::make_unique<runtime>(store.open(), verified());
      register_all(*running);
      running->start();
      clients = running->client();
    }
    clients.instance("p").raise(go, 1);
    CHECK(clients.instance(patient, "p").result(patience) == "1 2 3 4 9");
  }
}

LAW("an instance that has just been loaded does not take an event before a message that was sent before it") {
  test_store store;
  constexpr orchestration<int(int)> in_order{"InOrder"};
  const auto open = [&] {
    auto opened = std::make_unique<runtime>(store.open(), verified());
    opened->register_orchestration(in_order, [](orchestration_context ctx, int) -> task<int> {
      const int order = co_await ctx.dequeue_event(orders);
      const int told = co_await ctx.wait_for_event(go);
      co_return 10 * order + told;
    });
    opened->start();
    return opened;
  };
  {
    const auto before = open();
    before->client().start(in_order, "i", 0);
    REQUIRE(eventually([&] { return before->client().admin().read_history("i").size() == 2; }));
  }
  client outside(store.open());
  outside.instance("i").enqueue(orders, 1);
  outside.instance("i").raise(go, 2);
  CHECK(open()->client().instance(in_order, "i").result(patience) == 12);
}

LAW("a page that cannot be read while a turn is being committed takes nothing from what the turn asked for") {
  test_store store;
  {
    runtime before(store.open(), verified());
    register_all(before);
    before.start();
    before.client().start(late_parent, "p", 100);
    before.shutdown();
  }
  client outside(store.open());
  outside.instance("p").enqueue(orders, 7);
  auto injected = std::make_shared<faults>();
  std::atomic<bool> asked = false;
  std::atomic<bool> commits = false;
  std::atomic<bool> refused = false;
  injected->before_fetch_queue = [&]() -> std::optional<store_error> {
    if (asked.exchange(true)) return std::nullopt;
    eventually([&] { return commits.load(); }, patience);
    refused = true;
    return store_error{commit_certainty::broken, error_kind::store_unavailable, "row 7 is garbage"};
  };
  injected->before_commit = [&](const commit_batch& batch) -> std::optional<store_error> {
    if (batch.turns.empty() || !asked || commits.exchange(true)) return std::nullopt;
    eventually([&] { return refused.load(); }, patience);
    return std::nullopt;
  };
  runtime running(with_faults(store.open(), injected), verified());
  register_all(running);
  running.start();
  running.client().instance("p").raise(go, 0);
  REQUIRE(eventually([&] { return asked.load(); }));
  running.client().instance("p").raise(go, 1);
  CHECK(running.client().instance(late_parent, "p").result(patience) == 107);
  CHECK(refused);
}

LAW("an instance whose queue cannot be read is looked at again, and takes its messages then") {
  test_store store;
  auto injected = std::make_shared<faults>();
  std::atomic<int> refusals = 0;
  injected->before_fetch_queue = [&]() -> std::optional<store_error> {
    if (++refusals > 3) return std::nullopt;
    return store_error{refusals == 2 ? commit_certainty::not_done : commit_certainty::broken,
                       error_kind::store_unavailable, "row 7 is garbage"};
  };
  {
    runtime before(store.open(), verified());
    register_all(before);
    before.start();
    before.client().start(collector, "c", 1);
    before.shutdown();
  }
  client(store.open()).instance("c").enqueue(orders, 1);
  runtime running(with_faults(store.open(), injected), verified());
  register_all(running);
  running.start();
  CHECK(running.client().instance(collector, "c").result(patience) == 1);
  CHECK(refusals >= 4);
}

// As a build wrote it that recorded messages when they arrived.
LAW("a history of format 1 goes on by its rules, gives back what it has, and is of format 2 from then on") {
  test_store store;
  const auto opened = store.open();
  {
    instance_start start;
    start.instance = "e";
    start.orchestration = std::string(eternal.name());
    start.version = "1.0.0";
    start.input = "0";
    REQUIRE(opened->start(start).value());
    for (int i = 3; i <= 5; ++i) {
      message content;
      content.kind = message_kind::enqueued;
      content.instance = "e";
      content.name = std::string(orders.name());
      content.data = std::to_string(i == 5 ? 0 : i);
      REQUIRE(opened->post(content).value() == post_outcome::accepted);
    }
    std::stringstream file;
    opened->administration().write_to(file, {}).value();
    std::string text = file.str();
    const std::string newest = "\"history_format\":" + std::to_string(limits::history_format);
    REQUIRE(text.find(newest) != text.npos);
    text.replace(text.find(newest), newest.size(), "\"history_format\":1");
    opened->administration().remove("e", true).value();
    std::stringstream older(text);
    opened->administration().read_from(older, {}).value();
    // The execution before has left two messages to it.
    turn_commit begun;
    begun.instance = "e";
    begun.shard = shard_of("e", 256);
    begun.began_at = timestamp(duration(1000));
    begun.history.push_back(
        {1, 1, 1,
         R"({"build":"old","at":1000,"events":[{"kind":"orchestration_started","name":"Eternal",)"
         R"("version":"1.0.0","data":"0","carried":[{"queue":"orders","data":"1"},)"
         R"({"queue":"orders","data":"2"}]}]})"});
    const auto node = opened->join({"old", {}, {}}).value();
    const auto loaded = opened->load("e").value().value();
    CHECK(loaded.history_format == 1);
    for (const message& each : loaded.inbox)
      if (each.kind == message_kind::start) begun.consumed.push_back(each.id);
    commit_batch batch;
    batch.turns.push_back(std::make_shared<const turn_commit>(begun));
    REQUIRE(opened->open_writer(node.node, 0).value()->commit(batch).value().turns.at(0).outcome ==
            turn_outcome::committed);
    REQUIRE(opened->leave(node.node).has_value());
  }
  runtime running(opened, verified());
  register_all(running);
  running.start();
  client clients = running.client();
  CHECK(clients.instance(eternal, "e").result(patience) == 4);
  CHECK(opened->load("e").value()->history_format == limits::history_format);
}

}  // namespace duroxide::laws_of_long_queues
