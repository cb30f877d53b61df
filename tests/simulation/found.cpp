// What simulations have found, each as a law that failed before it was mended.
#include "tests/simulation/scripted.hpp"

#include <chrono>

namespace laws_of_found {

using namespace duroxide;
using namespace duroxide::simulation;
using namespace std::chrono_literals;

namespace {

store_error in_doubt() {
  return {commit_certainty::unknown, error_kind::store_unavailable, "the connection broke"};
}

// An id whose shard, of two, is the second.
std::string id_on_second_shard() {
  std::string id = "w";
  while (shard_of(id, 2) != 1) id += "w";
  return id;
}

}  // namespace

LAW("activities of which nobody knows whether they were claimed are claimed again") {
  int claims = 0;
  scripted world(
      4, [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
        if (operation != "claim_activities" || !after || ++claims != 2) return std::nullopt;
        return in_doubt();
      });
  world.start("node", {});
  world.start_workflow("w", {{"pinned", 1}, {"pinned", 2}});
  CHECK(world.completes("w", 1min));
  CHECK(claims > 2);
}

LAW("a shard is given up although an instance of it was just being loaded") {
  scripted world(2);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto first = world.start("first", options);
  const std::string id = id_on_second_shard();
  world.start_workflow(id, {{"take", 1}});
  world.advance(5s);  // it has left memory
  // Its store executor is slow: it is asked, and does not come to it before the shard is to go.
  world.send(id, 1);
  world.hold_back(*first, "store executor", 5s);
  world.start("second", options);
  CHECK(world.completes(id, 1min));
}

LAW("messages keep their order though the timer horizon lies between them") {
  scripted world(1);
  runtime_options options;
  options.timer_horizon = 5s;
  const auto node = world.start("node", options);
  std::vector<step> takes;
  for (int i = 1; i <= 20; ++i) takes.push_back({"take", i});
  world.start_workflow("w", takes);
  world.advance(1s);
  node->frozen_until = world.time().steady_clock() + 12s;
  for (int i = 1; i <= 20; ++i) {
    world.advance(500ms);
    world.send("w", i);
  }
  CHECK(world.completes("w", 1min));
}

LAW("a node that was taken for dead finds that out by itself, and goes on") {
  scripted world(4);
  const auto first = world.start("first", {});
  world.start("second", {});
  world.advance(30s);
  first->frozen_until = world.time().steady_clock() + 60s;
  world.advance(90s);
  std::size_t alive = 0;
  for (const node_info& each : world.store().administration().nodes(0).value()) {
    CHECK(each.shards.size() == 2);
    ++alive;
  }
  CHECK(alive == 2);
}

LAW("an outcome that is slow on its way to an instance that is just being read back comes in time") {
  scripted world(1);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto node = world.start("node", options);
  world.start_workflow("w", {{"work", 1}, {"take", 1}});
  world.hold_back(*node, "scheduled_actor", 5s);  // the worker
  world.advance(3s);                              // the instance has left memory
  world.send("w", 1);
  world.hold_back(*node, "store executor", 5s);
  world.time().run_until([&] { return !world.runs().empty(); }, 1min);
  world.hold_back(*node, "dispatcher", 10s);
  CHECK(world.completes("w", 1min));
  CHECK(world.runs().size() == 1);
  CHECK(world.runs().begin()->second == 1);
}

LAW("an outcome that comes to an instance that is just leaving memory is ahead of what its successor runs") {
  scripted world(1);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto node = world.start("node", options);
  world.start_workflow("w", {{"work", 1}, {"take", 1}});
  world.hold_back(*node, "scheduled_actor", 5s);  // the worker
  world.advance(50ms);
  world.hold_back(*node, "instance", 10s);  // it is asked to leave
  world.time().run_until([&] { return !world.runs().empty(); }, 1min);
  world.hold_back(*node, "dispatcher", 10s);  // it has the outcome, and hears of the leaving behind it
  world.advance(8s);
  world.hold_back(*node, "instance", 20s);  // it has the outcome, and gives it back late
  world.send("w", 1);
  CHECK(world.completes("w", 1min));
  CHECK(world.runs().size() == 1);
  CHECK(world.runs().begin()->second == 1);
}

LAW("a sub-orchestration begins although the clock is set back at that moment") {
  int commits = 0;
  scripted world(
      1, [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
        commits += operation == "commit" && after ? 1 : 0;
        return std::nullopt;
      });
  const auto node = world.start("node", {});
  world.start_workflow("w", {{.kind = "child", .parts = {{.kind = "work", .n = 1}}}});
  world.time().run_until([&] { return commits == 1; }, 1min);
  world.hold_back(*node, "dispatcher", 1ms);  // it has been told of the child
  world.hold_back(*node, "instance", 1s);     // the child
  node->clock_offset -= 10min;
  CHECK(world.completes("w", 1min));
}

LAW("messages keep their order though the timer horizon is slow to move") {
  bool refuses = false;
  scripted world(1, [&](const std::string&, std::string_view operation, bool) -> std::optional<store_error> {
    if (!refuses || operation != "fetch_due") return std::nullopt;
    return store_error{commit_certainty::not_done, error_kind::store_unavailable, "busy"};
  });
  runtime_options options;
  options.timer_horizon = 5s;
  world.start("node", options);
  std::vector<step> takes;
  for (int i = 1; i <= 20; ++i) takes.push_back({"take", i});
  world.start_workflow("w", takes);
  world.advance(1s);
  refuses = true;
  for (int i = 1; i <= 20; ++i) {
    world.advance(500ms);
    world.send("w", i);
  }
  refuses = false;
  CHECK(world.completes("w", 1min));
}

LAW("a start that was due is not forgotten if its instance cannot be read, and the clock is set back then") {
  std::shared_ptr<internal::world::process> node;
  int commits = 0;
  int loads = 0;
  scripted world(
      1, [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
        commits += operation == "commit" && after ? 1 : 0;
        if (operation != "load" || after) return std::nullopt;
        ++loads;
        if (loads == 3) node->clock_offset -= 10min;
        if (loads != 2) return std::nullopt;
        return store_error{commit_certainty::broken, error_kind::store_incompatible, "a bad row"};
      });
  node = world.start("node", {});
  world.start_workflow("w", {{.kind = "child", .parts = {{.kind = "work", .n = 1}}}});
  world.time().run_until([&] { return commits == 1; }, 1min);
  node->clock_offset -= 10s;  // so that the child's start is a timer of the dispatcher
  world.advance(30s);
  REQUIRE(loads == 3);  // of "w", and two of the child
  CHECK(world.completes("w", 20min));
}

}  // namespace laws_of_found
