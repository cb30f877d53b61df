#include "duroxide/duroxide.hpp"
#include "bench/local_node.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr int laps = 10;
constexpr int steps_a_lap = 1000;
constexpr int steps = laps * steps_a_lap;
constexpr int events_a_step = 2;  // it is scheduled, and it completes
constexpr activity<int(int)> increment{"increment"};
constexpr orchestration<int(int)> marathon{"Marathon"};

task<int> run_marathon(orchestration_context ctx, int n) {
  for (int i = 0; i < steps; ++i) {
    int next = co_await ctx.schedule_activity(increment, n);
    n = next;
  }
  co_return n;
}

struct mark {
  clock::time_point time;
  node_report used;
};

// Takes the time when so many steps have been done by all instances together.
class lap_times {
public:
  // REQUIRES: no step is being done.
  void begin(std::size_t instances, std::function<node_report()> used) {
    steps_a_mark_ = steps_a_lap * instances;
    used_ = std::move(used);
    done_ = 0;
    marks_.assign(1, now());
  }
  void step() {
    if (++done_ % steps_a_mark_ != 0) return;
    const std::lock_guard lock(mutex_);
    marks_.push_back(now());
  }
  std::vector<mark> marks() const {
    const std::lock_guard lock(mutex_);
    return marks_;
  }

private:
  mark now() const { return {clock::now(), used_()}; }

  std::size_t steps_a_mark_ = 1;
  std::function<node_report()> used_;
  std::atomic<std::size_t> done_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<mark> marks_;
};

// `all`: of the whole run; after Ctrl-C, none of the `started` instances may have ended.
figures figures_of(const mark& begin, const mark& end, figures all, std::size_t started, std::size_t lap) {
  all.seconds = std::chrono::duration<double>(end.time - begin.time).count();
  set_used(all, end.used.since(begin.used));
  const auto done = static_cast<double>(steps_a_lap) * static_cast<double>(started);
  all.per_second = 0;  // none ends within a lap
  all.steps_per_second = ratio(done, all.seconds);
  all.growth = {{"history_events", static_cast<double>(lap * steps_a_lap * events_a_step), "cpu_us_per_step",
                 1e6 * ratio(all.cpu_s, done)}};
  return all;
}

void run_long_history(const workload& what, const run_request& how, lap_times& times, const row_sink& row) {
  local_node node(what, open_store_of(how), options_of(how));
  times.begin(how.instances, [&node] { return node.report(); });
  const figures whole = node.run({how.instances, 0, std::nullopt});
  const std::vector<mark> marks = times.marks();
  for (std::size_t lap = 1; lap < marks.size(); ++lap)
    row(figures_of(marks[lap - 1], marks[lap], whole, how.instances, lap));
}

}  // namespace

workload long_history() {
  workload w;
  w.name = "long_history";
  w.one_instance_does = "10 000 trivial activities in a row: what a step costs as the history grows";
  w.orchestration = marathon.name();
  w.instances = 20;
  w.steps = steps;
  const auto times = std::make_shared<lap_times>();
  w.register_handlers = [times](runtime& runtime) {
    runtime.register_activity(increment, [times](activity_context&, int n) {
      times->step();
      return n + 1;
    });
    runtime.register_orchestration(marathon, run_marathon);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + steps); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = [times](const workload& what, const run_request& how, const row_sink& row) {
    run_long_history(what, how, *times, row);
  };
  return w;
}

}  // namespace duroxide::bench
