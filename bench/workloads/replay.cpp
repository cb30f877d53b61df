#include "duroxide/duroxide.hpp"
#include "bench/elapsed.hpp"
#include "bench/judge.hpp"
#include "bench/local_node.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"
#include "bench/waiting.hpp"

#include <chrono>
#include <future>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr int waves = 99;  // so that the engine does not warn of a long history
constexpr int width = 50;
constexpr int events = 2 * waves * width;  // and a handful
constexpr std::chrono::minutes patience{10};
constexpr activity<int(int)> increment{"increment"};
constexpr event_queue<int> last_words{"last_words"};
constexpr orchestration<int(int)> veteran{"Veteran"};

task<int> run_veteran(orchestration_context ctx, int n) {
  for (int wave = 0; wave < waves; ++wave) {
    std::vector<activity_call<int>> calls;
    for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(increment, n + i));
    auto values = co_await all(std::move(calls));
    n = values.front();
  }
  ctx.set_custom_status("has a history");
  int more = co_await ctx.dequeue_event(last_words);
  co_return n + more;
}

std::string id_of(const std::string& prefix, std::size_t i) { return prefix + std::to_string(i); }

// Gives instances their histories, by a runtime that is gone afterwards; Ctrl-C ends it.
void prepare(const workload& what, const run_request& how, const std::shared_ptr<provider>& store,
             const std::string& prefix) {
  const local_node node(what, store, options_of(how));
  client caller = node.caller();
  progress shown(what.name);
  for (std::size_t i = 0; i < how.instances && !asked_to_stop(); ++i) {
    shown.show(i, how.instances);
    caller.start(veteran, id_of(prefix, i), static_cast<int>(i));
    auto grown = caller.async().instance(id_of(prefix, i)).wait_for_status_change(0, patience);
    if (has_come(grown)) grown.get();
  }
}

// One after the other, from the message that calls for the instance to its end.
std::vector<outcome> wake(const workload& what, const run_request& how, client caller,
                          const std::string& prefix) {
  progress shown(what.name);
  std::vector<outcome> outcomes;
  for (std::size_t i = 0; i < how.instances && !asked_to_stop(); ++i) {
    const auto began = clock::now();
    caller.instance(id_of(prefix, i)).enqueue(last_words, 1);
    const instance_status ended = caller.instance(id_of(prefix, i)).wait(patience);
    outcomes.push_back({is_right(what, id_of(prefix, i), i, ended), milliseconds_since(began)});
    shown.show(outcomes.size(), how.instances);
  }
  return outcomes;
}

void run_replay(const workload& what, const run_request& how, const row_sink& row) {
  const std::shared_ptr<provider> store = open_store_of(how);
  const std::string prefix = new_prefix(what.name);
  prepare(what, how, store, prefix);
  if (asked_to_stop()) return;

  const local_node node(what, store, options_of(how));
  const node_report before = node.report();
  const auto began = clock::now();
  const std::vector<outcome> outcomes = wake(what, how, node.caller(), prefix);
  const double seconds = seconds_since(began);
  figures measured = node.figures_of(outcomes, seconds, before);
  measured.more.emplace_back("events_per_second", measured.steps_per_second);
  row(measured);
}

}  // namespace

workload replay() {
  workload w;
  w.name = "replay";
  w.one_instance_does = "a cold replay of a history of 10 000 events";
  w.orchestration = veteran.name();
  w.instances = 5;
  w.steps = events;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(veteran, run_veteran);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + waves + 1); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_replay;
  return w;
}

}  // namespace duroxide::bench
