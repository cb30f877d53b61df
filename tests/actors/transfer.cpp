// Running systems are exported and imported, and go on.
#include "tests/actors/fixture.hpp"

#include <atomic>
#include <fstream>
#include <sstream>

namespace duroxide::laws_of_moving {
namespace {

using namespace testing_support;

constexpr activity<int(int)> add_one{"add_one"};
constexpr activity<int(int)> slow{"slow"};
constexpr event<int> go{"go"};
constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int(int)> quick{"Quick"};
constexpr orchestration<int(int)> slowly{"Slowly"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> queueing{"Queueing"};
constexpr orchestration<int(int)> sleeping{"Sleeping"};
constexpr orchestration<int(int)> parent{"Parent"};
constexpr orchestration<int(int)> again{"Again"};

task<int> run_quick(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(add_one, n);
}

task<int> run_slowly(orchestration_context ctx, int n) { co_return co_await ctx.schedule_activity(slow, n); }

task<int> run_waiting(orchestration_context ctx, int n) {
  ctx.set_kv_value("seen", n);
  ctx.set_custom_status("waiting");
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Takes one number per execution, and leaves the others to the next one.
task<int> run_queueing(orchestration_context ctx, int sum) {
  int more = co_await ctx.dequeue_event(numbers);
  if (more == 0) co_return sum;
  co_return ctx.continue_as_new(sum + more);
}

task<int> run_sleeping(orchestration_context ctx, int milliseconds) {
  co_await ctx.schedule_timer(duration(milliseconds));
  co_return milliseconds;
}

task<int> run_parent(orchestration_context ctx, int n) {
  auto child = co_await ctx.schedule_sub_orchestration(waiting, n).with_id("the-child");
  co_return child;
}

task<int> run_again(orchestration_context ctx, int rounds) {
  if (rounds == 0) co_return 0;
  co_await ctx.schedule_activity(add_one, rounds);
  co_return ctx.continue_as_new(rounds - 1);
}

struct system_on {
  explicit system_on(const std::shared_ptr<provider>& store, bool held = false,
                     runtime_options options = verified())
      : running(store, quick_to_stop(std::move(options))) {
    running.register_activity(add_one, [](activity_context&, int n) { return n + 1; });
    running.register_activity(slow, [this, held](activity_context& context, int n) {
      ++began;
      if (held) context.wait_for_cancellation(patience);
      return n * 2;
    });
    running.register_orchestration(quick, run_quick);
    running.register_orchestration(slowly, run_slowly);
    running.register_orchestration(waiting, run_waiting);
    running.register_orchestration(queueing, run_queueing);
    running.register_orchestration(sleeping, run_sleeping);
    running.register_orchestration(parent, run_parent);
    running.register_orchestration(again, run_again);
    running.start();
  }
  static runtime_options quick_to_stop(runtime_options options) {
    options.shutdown_timeout = 0ms;
    return options;
  }

  std::atomic<int> began = 0;
  runtime running;
  client clients = running.client();
};

// Starts one of each, stops in the middle of them.
void begin_everything(const std::shared_ptr<provider>& store) {
  system_on first(store, true);
  client& clients = first.clients;
  clients.start(quick, "done", 1, {.labels = {{"team", "blue"}}});
  clients.instance("done").wait(patience);
  clients.start(again, "again", 3);
  clients.instance("again").wait(patience);
  clients.start(parent, "parent", 10);
  clients.start(queueing, "queueing", 0);
  clients.instance("queueing").enqueue(numbers, 5);
  clients.start(sleeping, "sleeping", 700);
  clients.start(slowly, "slowly", 21);
  REQUIRE(eventually([&] {
    return first.began == 1 && clients.instance("the-child").status().custom_status &&
           clients.instance("queueing").status().execution == 2 &&
           clients.instance("sleeping").status().status == runtime_status::running;
  }));
  first.running.shutdown();
}

// All that was begun ends as if nothing had happened.
void check_everything_ends(const std::shared_ptr<provider>& store) {
  system_on second(store);
  client& clients = second.clients;
  CHECK(clients.instance(slowly, "slowly").result(patience) == 42);
  CHECK(clients.instance(sleeping, "sleeping").result(patience) == 700);
  CHECK(clients.instance("the-child").kv_value<int>("seen") == 10);
  clients.instance("the-child").raise(go, 5);
  CHECK(clients.instance(parent, "parent").result(patience) == 15);
  clients.instance("queueing").enqueue(numbers, 6);
  clients.instance("queueing").enqueue(numbers, 0);
  CHECK(clients.instance(queueing, "queueing").result(patience) == 11);
  CHECK(clients.instance(quick, "done").result(patience) == 2);
  CHECK(clients.admin().list_executions("again").size() == 4);
  CHECK(clients.admin().list_instances({.filter = {.has_label = label{"team", "blue"}}}).instances.size() ==
        1);
}

std::string another_kind() { return store_kind() == "SQLite file" ? "SQLite memory" : "SQLite file"; }

void move_and_go_on(const std::string& from_kind, const std::string& to_kind) {
  test_store from(from_kind);
  test_store to(to_kind);
  const temporary_folder folder;
  const std::string file = folder.file("export.jsonl");
  begin_everything(from.open());
  const admin old_house(from.open());
  CHECK(old_house.verify().inconsistencies == 0);
  const transfer exported = old_house.export_instances(file);
  CHECK(exported.instances == 7);
  CHECK(exported.activities == 1);
  const admin new_house(to.open());
  CHECK(new_house.import_instances(file).messages == exported.messages);
  CHECK(new_house.compare_instances(file).empty());
  const verification found = new_house.verify();
  CHECK(found.inconsistencies == 0);
  CHECK(found.instances == 7);
  check_everything_ends(to.open());
  CHECK(new_house.verify().inconsistencies == 0);
}

LAW("a stopped system moves to another kind of store, and goes on there") {
  move_and_go_on(store_kind(), another_kind());
}

LAW("a stopped system moves here from another kind of store, and goes on") {
  move_and_go_on(another_kind(), store_kind());
}

LAW("a file that cannot be written, read or taken is named") {
  test_store store;
  const temporary_folder folder;
  const admin operators(store.open());
  const auto file = folder.file("export.jsonl");
  CHECK(details_of([&] {
          operators.import_instances(file);
        }).message.ends_with("export.jsonl' cannot be read: No such file or directory"));
  CHECK(details_of([&] {
          operators.compare_instances(folder.file(""));
        }).message.ends_with("cannot be read: it is a directory"));
  CHECK(details_of([&] {
          operators.export_instances(folder.file("nowhere/export.jsonl"));
        }).message.ends_with("cannot be written: No such file or directory"));
  CHECK(kind_of([&] { operators.export_instances(file, "nobody"); }) == error_kind::instance_not_found);
  std::ofstream(file) << "a letter\n";
  const auto refused = details_of([&] { operators.import_instances(file); });
  CHECK(refused.kind == error_kind::invalid_argument);
  CHECK(refused.message.find("line 1: not a duroxide export file") != std::string::npos);
}

LAW("a sub-orchestration is not exported without its parent") {
  test_store store;
  const temporary_folder folder;
  system_on here(store.open());
  here.clients.start(parent, "parent", 1);
  REQUIRE(eventually(
      [&] { return here.clients.instance("the-child").status().status == runtime_status::running; }));
  CHECK(details_of([&] { here.clients.admin().export_instances(folder.file("x"), "the-child"); }).message ==
        "instance 'the-child' is a sub-orchestration; export its root, with all below it");
}

LAW("nothing is imported while a runtime runs on the store") {
  test_store store;
  const temporary_folder folder;
  const auto file = folder.file("export.jsonl");
  system_on here(store.open());
  here.clients.admin().export_instances(file);
  const auto refused = details_of([&] { here.clients.admin().import_instances(file); });
  CHECK(refused.kind == error_kind::store_in_use);
  CHECK(refused.message.find("stop all of its runtimes") != std::string::npos);
  here.clients.start(quick, "q", 1);
  CHECK(here.clients.instance(quick, "q").result(patience) == 2);
}

LAW("what ended long enough ago is deleted, what runs stays") {
  test_store store;
  runtime_options options = verified();
  options.delete_instances_after = 1ms;
  options.retention_interval = 10ms;
  system_on here(store.open(), false, options);
  here.clients.start(waiting, "w", 1);
  here.clients.start(parent, "parent", 1);
  for (int i = 0; i < 5; ++i) here.clients.start(quick, "q" + std::to_string(i), i);
  const auto left = [&] { return here.clients.admin().list_instances().instances.size(); };
  CHECK(eventually([&] { return left() == 3; }));
  here.clients.instance("the-child").raise(go, 1);
  CHECK(eventually([&] { return left() == 1; }));
  CHECK(here.clients.instance("w").status().status == runtime_status::running);
}

LAW("executions that ended long enough ago are deleted, the instance goes on") {
  test_store store;
  runtime_options options = verified();
  options.delete_executions_after = 1ms;
  options.retention_interval = 10ms;
  system_on here(store.open(), false, options);
  here.clients.start(queueing, "q", 0);
  for (int i = 1; i <= 4; ++i) here.clients.instance("q").enqueue(numbers, i);
  CHECK(eventually([&] {
    const auto executions = here.clients.admin().list_executions("q");
    return executions.size() == 1 && executions.front().execution == 5;
  }));
  here.clients.instance("q").enqueue(numbers, 0);
  CHECK(here.clients.instance(queueing, "q").result(patience) == 10);
}

}  // namespace
}  // namespace duroxide::laws_of_moving
