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
  scripted it(4,
              [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
                if (operation != "claim_activities" || !after || ++claims != 2) return std::nullopt;
                return in_doubt();
              });
  it.start("node", {});
  it.start_workflow("w", {{"pinned", 1}, {"pinned", 2}});
  CHECK(it.completes("w", 1min));
  CHECK(claims > 2);
}

LAW("a shard is given up although an instance of it was just being loaded") {
  scripted it(2);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto first = it.start("first", options);
  const std::string id = id_on_second_shard();
  it.start_workflow(id, {{"take", 1}});
  it.advance(5s);  // it has left memory
  // Its store executor is slow: it is asked, and does not come to it before the shard is to go.
  it.send(id, 1);
  it.hold_back(*first, "store executor", 5s);
  it.start("second", options);
  CHECK(it.completes(id, 1min));
}

LAW("messages keep their order though the timer horizon lies between them") {
  scripted it(1);
  runtime_options options;
  options.timer_horizon = 5s;
  const auto node = it.start("node", options);
  std::vector<step> takes;
  for (int i = 1; i <= 20; ++i) takes.push_back({"take", i});
  it.start_workflow("w", takes);
  it.advance(1s);
  node->frozen_until = it.time().steady_clock() + 12s;
  for (int i = 1; i <= 20; ++i) {
    it.advance(500ms);
    it.send("w", i);
  }
  CHECK(it.completes("w", 1min));
}

LAW("a node that was taken for dead finds that out by itself, and goes on") {
  scripted it(4);
  const auto first = it.start("first", {});
  it.start("second", {});
  it.advance(30s);
  first->frozen_until = it.time().steady_clock() + 60s;
  it.advance(90s);
  std::size_t alive = 0;
  for (const node_info& each : it.store().administration().nodes(0).value()) {
    CHECK(each.shards.size() == 2);
    ++alive;
  }
  CHECK(alive == 2);
}

LAW("an outcome that is slow on its way to an instance that is just being read back comes in time") {
  scripted it(1);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto node = it.start("node", options);
  it.start_workflow("w", {{"work", 1}, {"take", 1}});
  it.hold_back(*node, "scheduled_actor", 5s);  // the worker
  it.advance(3s);                              // the instance has left memory
  it.send("w", 1);
  it.hold_back(*node, "store executor", 5s);
  it.time().run_until([&] { return !it.runs().empty(); }, 1min);
  it.hold_back(*node, "dispatcher", 10s);
  CHECK(it.completes("w", 1min));
  CHECK(it.runs().size() == 1);
  CHECK(it.runs().begin()->second == 1);
}

LAW("an outcome that comes to an instance that is just leaving memory is ahead of what its successor runs") {
  scripted it(1);
  runtime_options options;
  options.passivate_after = 100ms;
  const auto node = it.start("node", options);
  it.start_workflow("w", {{"work", 1}, {"take", 1}});
  it.hold_back(*node, "scheduled_actor", 5s);  // the worker
  it.advance(50ms);
  it.hold_back(*node, "instance", 10s);  // it is asked to leave
  it.time().run_until([&] { return !it.runs().empty(); }, 1min);
  it.hold_back(*node, "dispatcher", 10s);  // it has the outcome, and hears of the leaving behind it
  it.advance(8s);
  it.hold_back(*node, "instance", 20s);  // it has the outcome, and gives it back late
  it.send("w", 1);
  CHECK(it.completes("w", 1min));
  CHECK(it.runs().size() == 1);
  CHECK(it.runs().begin()->second == 1);
}

LAW("a sub-orchestration begins although the clock is set back at that moment") {
  int commits = 0;
  scripted it(1,
              [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
                commits += operation == "commit" && after ? 1 : 0;
                return std::nullopt;
              });
  const auto node = it.start("node", {});
  it.start_workflow("w", {{.kind = "child", .parts = {{.kind = "work", .n = 1}}}});
  it.time().run_until([&] { return commits == 1; }, 1min);
  it.hold_back(*node, "dispatcher", 1ms);  // it has been told of the child
  it.hold_back(*node, "instance", 1s);     // the child
  node->clock_offset -= 10min;
  CHECK(it.completes("w", 1min));
}

LAW("messages keep their order though the timer horizon is slow to move") {
  bool refuses = false;
  scripted it(1, [&](const std::string&, std::string_view operation, bool) -> std::optional<store_error> {
    if (!refuses || operation != "fetch_due") return std::nullopt;
    return store_error{commit_certainty::not_done, error_kind::store_unavailable, "busy"};
  });
  runtime_options options;
  options.timer_horizon = 5s;
  it.start("node", options);
  std::vector<step> takes;
  for (int i = 1; i <= 20; ++i) takes.push_back({"take", i});
  it.start_workflow("w", takes);
  it.advance(1s);
  refuses = true;
  for (int i = 1; i <= 20; ++i) {
    it.advance(500ms);
    it.send("w", i);
  }
  refuses = false;
  CHECK(it.completes("w", 1min));
}

LAW("a start that was due is not forgotten if its instance cannot be read, and the clock is set back then") {
  std::shared_ptr<internal::world::process> node;
  int commits = 0;
  int loads = 0;
  scripted it(1,
              [&](const std::string&, std::string_view operation, bool after) -> std::optional<store_error> {
                commits += operation == "commit" && after ? 1 : 0;
                if (operation != "load" || after) return std::nullopt;
                ++loads;
                if (loads == 3) node->clock_offset -= 10min;
                if (loads != 2) return std::nullopt;
                return store_error{commit_certainty::broken, error_kind::store_incompatible, "a bad row"};
              });
  node = it.start("node", {});
  it.start_workflow("w", {{.kind = "child", .parts = {{.kind = "work", .n = 1}}}});
  it.time().run_until([&] { return commits == 1; }, 1min);
  node->clock_offset -= 10s;  // so that the child's start is a timer of the dispatcher
  it.advance(30s);
  REQUIRE(loads == 3);  // of "w", and two of the child
  CHECK(it.completes("w", 20min));
}

}  // namespace laws_of_found
