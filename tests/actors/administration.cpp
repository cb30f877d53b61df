// An operator looks at a living system, and mends it.
#include "tests/actors/fixture.hpp"

#include <latch>

namespace duroxide::laws_of_administration {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr activity<int(int)> prune_me{"prune_me"};
constexpr event<int> go{"go"};
constexpr event_queue<int> orders{"orders"};
constexpr orchestration<int(int)> one_step{"OneStep"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> eternal{"Eternal"};
constexpr orchestration<int(int)> adding{"Adding"};
constexpr orchestration<int(int)> repeating{"Repeating"};
constexpr orchestration<int(int)> parent{"Parent"};

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(work, n);
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

task<int> run_eternal(orchestration_context ctx, int rounds) {
  co_await ctx.schedule_activity(prune_me, rounds);
  if (rounds == 1) co_return 0;
  co_return ctx.continue_as_new(rounds - 1);
}

// Goes through one execution more than it is told.
task<int> run_repeating(orchestration_context ctx, int more) {
  if (more > 0) co_return ctx.continue_as_new(more - 1);
  co_return 0;
}

// Keeps the sum of what it was given as a value, and waits.
task<int> run_adding(orchestration_context ctx, int n) {
  ctx.set_kv_value("sum", n);
  int raised = co_await ctx.wait_for_event(go);
  int ordered = co_await ctx.dequeue_event(orders);
  ctx.set_kv_value("sum", n + raised + ordered);
  int last = co_await ctx.wait_for_event(go);
  co_return last;
}

task<int> run_parent(orchestration_context ctx, int n) {
  auto child = co_await ctx.schedule_sub_orchestration(one_step, n);
  co_return child;
}

struct administered {
  explicit administered(std::function<int(activity_context&, int)> body = [](activity_context&,
                                                                             int n) { return n + 1; })
      : running(store.open(), verified()) {
    running.register_activity(work, std::move(body));
    running.register_activity(prune_me, [](activity_context& context, int n) {
      context.get_client().admin().prune_executions(context.instance_id(), {});
      return n;
    });
    running.register_orchestration(one_step, run_one_step);
    running.register_orchestration(waiting, run_waiting);
    running.register_orchestration(eternal, run_eternal);
    running.register_orchestration(adding, run_adding);
    running.register_orchestration(repeating, run_repeating);
    running.register_orchestration(parent, run_parent);
    running.start();
  }

  test_store store;
  runtime running;
  client clients = running.client();
  admin admins() { return clients.admin(); }
};

std::string ids(const instance_page& page) {
  std::string text;
  for (const auto& each : page.instances) text += (text.empty() ? "" : " ") + each.instance;
  return text;
}

LAW("an operator sees what runs, what has ended, and how") {
  administered setup;
  setup.clients.start(parent, "p", 1, {.labels = {{"team", "blue"}}});
  CHECK(setup.clients.instance(parent, "p").result(patience) == 2);
  setup.clients.start(waiting, "w", 1);
  instance_query query;
  CHECK(ids(setup.admins().list_instances(query)) == "w p::sub::2 p");
  query.filter.roots_only = true;
  query.filter.statuses = {runtime_status::completed};
  CHECK(ids(setup.admins().list_instances(query)) == "p");
  query.filter = {};
  query.filter.has_label = label{"team", "blue"};
  CHECK(ids(setup.admins().list_instances(query)) == "p");

  const instance_info info = setup.admins().get_instance_info("p::sub::2");
  CHECK(info.output == "2");
  CHECK(info.parent == parent_link{"p", 1, 2});
  CHECK(setup.admins().get_instance_tree("p").size() == 2);
  const auto executions = setup.admins().list_executions("p");
  REQUIRE(executions.size() == 1);
  CHECK(executions[0].event_count == 4);
  const auto history = setup.admins().read_history("p");
  REQUIRE(history.size() == 4);
  CHECK(history[1].kind == event_kind::sub_orchestration_scheduled);
  CHECK(history[3].data == "2");
  CHECK(setup.admins().get_system_metrics().completed == 2);
  const auto nodes = setup.admins().list_nodes();
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].state == "alive");
  CHECK(nodes[0].activities == std::vector<std::string>{"prune_me", "work"});
}

LAW("what failed or was cancelled has no output") {
  administered setup;
  const auto cancelled = setup.clients.start(waiting, "w", 1);
  cancelled.cancel("no longer wanted");
  CHECK(cancelled.wait(patience).status == runtime_status::cancelled);
  CHECK_FALSE(setup.admins().get_instance_info("w").output.has_value());
  CHECK_FALSE(setup.admins().get_execution_info("w", 1).output.has_value());
  CHECK_FALSE(setup.admins().list_executions("w").front().output.has_value());
}

LAW("an operator learns how large an instance is while it runs") {
  administered setup;
  CHECK_FALSE(setup.admins().instance_statistics("a").has_value());
  setup.clients.start(adding, "a", 10);
  const auto handle = setup.clients.instance("a");
  CHECK(handle.wait_for_kv_value<int>("sum", patience) == 10);
  for (const int n : {1, 2, 3}) handle.enqueue(orders, n);
  const auto before = setup.admins().instance_statistics("a").value();
  CHECK(before.history_events == setup.admins().read_history("a").size());
  CHECK(before.history_bytes > 0);
  CHECK(before.queued_messages == 3);
  CHECK(before.inbox_messages == 0);
  CHECK(before.kv_keys == 1);
  CHECK(before.kv_bytes == 2);

  handle.raise(go, 100);
  CHECK(eventually([&] { return handle.kv_value<int>("sum") == 111; }));
  const auto after = setup.admins().instance_statistics("a").value();
  CHECK(after.history_events == setup.admins().read_history("a").size());
  CHECK(after.history_events > before.history_events);
  CHECK(after.history_bytes > before.history_bytes);
  CHECK(after.queued_messages == 2);
  CHECK(after.inbox_messages == 0);
  CHECK(after.kv_bytes == 3);
  CHECK(kind_of([&] { setup.admins().instance_statistics(""); }) == error_kind::invalid_argument);
}

LAW("what an operator asks for wrongly is said, with what to do") {
  administered setup;
  CHECK(kind_of([&] { setup.admins().get_instance_info("nobody"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().get_instance_tree("nobody"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().list_executions("nobody"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().read_history("nobody"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().delete_instance("nobody"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().prune_executions("nobody", {}); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().get_instance_info(""); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { setup.admins().list_instances({.limit = 0}); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { setup.admins().list_instances({.cursor = "elsewhere"}); }) ==
        error_kind::invalid_argument);
  CHECK(kind_of([&] { setup.admins().delete_instances({.statuses = {runtime_status::running}}); }) ==
        error_kind::invalid_argument);
  setup.clients.start(parent, "p", 1);
  setup.clients.instance("p").wait(patience);
  CHECK(kind_of([&] { setup.admins().get_execution_info("p", 2); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { setup.admins().read_history("p", 2); }) == error_kind::instance_not_found);
  CHECK(details_of([&] { setup.admins().delete_instance("p::sub::2"); }).message ==
        "instance 'p::sub::2' is a sub-orchestration; delete its root, with all below it");
  setup.running.shutdown();
  CHECK(kind_of([&] { setup.clients.admin(); }) == error_kind::runtime_stopped);
}

LAW("an id can be used again when its instance has been deleted") {
  administered setup;
  setup.clients.start(one_step, "a", 1);
  CHECK(setup.clients.instance(one_step, "a").result(patience) == 2);
  const deletion gone = setup.admins().delete_instance("a");
  CHECK(gone.instances == 1);
  CHECK(gone.events == 4);
  CHECK(setup.clients.instance("a").status().status == runtime_status::not_found);
  CHECK(setup.clients.start(one_step, "a", 10).was_started());
  CHECK(setup.clients.instance(one_step, "a").result(patience) == 11);
}

LAW("a running instance is deleted only by force, which stops its activities first") {
  std::latch began(1);
  std::atomic<bool> stopped = false;
  administered setup([&](activity_context& context, int n) {
    began.count_down();
    stopped = context.wait_for_cancellation(patience);
    return n;
  });
  setup.clients.start(parent, "p", 1);
  began.wait();
  CHECK(kind_of([&] { setup.admins().delete_instance("p"); }) == error_kind::instance_running);
  CHECK(setup.admins().delete_instance("p", true, patience).instances == 2);
  CHECK(eventually([&] { return stopped.load(); }));
  CHECK(setup.clients.instance("p::sub::2").status().status == runtime_status::not_found);
}

LAW("an id can be used again at once, even if the owner still has what was deleted in memory") {
  administered setup;
  setup.clients.start(waiting, "w", 1);
  CHECK(setup.admins().delete_instance("w", true, duration(0)).instances == 1);
  CHECK(setup.clients.instance("w").status().status == runtime_status::not_found);
  CHECK(setup.clients.start(waiting, "w", 5).was_started());
  setup.clients.instance("w").raise(go, 1);
  CHECK(setup.clients.instance(waiting, "w").result(patience) == 6);
}

// A build before this one wrote such an event for a call that was awaited twice.
void write_nameless_event(provider& store, const std::string& id) {
  turn_commit turn;
  turn.instance = id;
  turn.shard = shard_of(id, 256);
  turn.began_at = timestamp(duration(1000));
  turn.creates = instance_start{id, "Waiting", "1.0.0", "1", std::nullopt, turn.began_at, {}, {}};
  turn.history.push_back({1, 1, 2,
                          R"({"build":"old","at":1000,"events":[{"kind":"orchestration_started",)"
                          R"("name":"Waiting","version":"1.0.0","data":"1"},)"
                          R"({"kind":"activity_scheduled","data":"1"}]})"});
  const auto node = store.join({"old", {}, {}}).value();
  commit_batch batch;
  batch.turns.push_back(std::make_shared<const turn_commit>(turn));
  REQUIRE(store.open_writer(node.node, 0).value()->commit(batch).value().turns.at(0).outcome ==
          turn_outcome::committed);
  REQUIRE(store.leave(node.node).has_value());
}

LAW("an instance with an event that cannot be read is seen, exported, cancelled and deleted") {
  temporary_folder folder;
  for (const bool runs : {false, true}) {
    test_store store;
    const auto where = store.open();
    write_nameless_event(*where, "broken");
    const admin admins(where);
    std::unique_ptr<runtime> running;
    if (runs) {
      running = std::make_unique<runtime>(where, verified());
      running->register_orchestration(waiting, run_waiting);
      running->start();
      running->client().instance("broken").cancel("enough");
      CHECK(is_terminal(running->client().instance("broken").wait(patience).status));
    }
    CHECK(client(where).instance("broken").status().orchestration == "Waiting");
    CHECK(ids(admins.list_instances()) == "broken");
    CHECK(admins.get_instance_info("broken").input == "1");
    CHECK(admins.get_instance_tree("broken").size() == 1);
    CHECK(admins.list_executions("broken").size() == 1);
    CHECK_THAT(details_of([&] { admins.read_history("broken"); }).message,
               Catch::Contains("event 2 cannot be read: it has no 'name'"));
    CHECK(admins.verify().inconsistencies > 0);
    CHECK(admins.export_instances(folder.file("broken.jsonl"), "broken").instances == 1);
    CHECK(admins.compare_instances(folder.file("broken.jsonl")).empty());
    CHECK(admins.delete_instance("broken", true, 10ms).instances == 1);
    CHECK(client(where).instance("broken").status().status == runtime_status::not_found);
  }
}

LAW("those that have ended are deleted together, with their trees") {
  administered setup;
  for (int i = 0; i < 3; ++i) {
    setup.clients.start(parent, "p" + std::to_string(i), i);
    setup.clients.instance("p" + std::to_string(i)).wait(patience);
  }
  setup.clients.start(waiting, "w", 1);
  CHECK(setup.admins().delete_instances({.id_prefix = "p"}, 2).instances == 4);
  CHECK(ids(setup.admins().list_instances()) == "w p2::sub::2 p2");
  CHECK(setup.admins().delete_instances({}).instances == 2);
  CHECK(ids(setup.admins().list_instances()) == "w");
}

LAW("a list of ids chooses what is listed, pruned and deleted") {
  using id_list = std::vector<std::string>;
  administered setup;
  for (const auto* id : {"a", "b", "c"}) {
    setup.clients.start(repeating, id, 3);
    CHECK(setup.clients.instance(repeating, id).result(patience) == 0);
  }
  setup.clients.start(waiting, "w", 1);
  const admin admins = setup.admins();
  const auto listed = [&](id_list wanted) {
    return ids(admins.list_instances({.filter = {.ids = std::move(wanted)}}));
  };
  CHECK(listed({"w", "a", "nobody"}) == "w a");
  CHECK(listed({}).empty());
  CHECK(kind_of([&] { listed({"a", ""}); }) == error_kind::invalid_argument);

  CHECK(admins.prune_executions(instance_filter{.ids = id_list{}}, {}).executions == 0);
  CHECK(admins.prune_executions(instance_filter{.ids = id_list{"b", "nobody"}}, {}).executions == 3);
  CHECK(admins.list_executions("a").size() == 4);
  CHECK(admins.list_executions("b").size() == 1);

  CHECK(admins.delete_instances({.ids = id_list{}}).instances == 0);
  CHECK(admins.delete_instances({.ids = id_list{"c", "w", "a", "nobody"}}).instances == 2);
  CHECK(ids(admins.list_instances()) == "w b");
}

LAW("an orchestration that goes on for ever can prune itself") {
  administered setup;
  setup.clients.start(eternal, "e", 6);
  CHECK(setup.clients.instance(eternal, "e").result(patience) == 0);
  const auto left = setup.admins().list_executions("e");
  REQUIRE(left.size() == 1);
  CHECK(left[0].execution == 6);
  CHECK(setup.admins().prune_executions(instance_filter{}, {}).executions == 0);
}

}  // namespace
}  // namespace duroxide::laws_of_administration
