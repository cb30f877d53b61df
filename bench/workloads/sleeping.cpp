#include "duroxide/duroxide.hpp"
#include "bench/elapsed.hpp"
#include "bench/heap.hpp"
#include "bench/judge.hpp"
#include "bench/local_node.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t parts = 10;
constexpr std::size_t chunk = 1000;  // instances that are started at a time
constexpr auto patience = 10min;
constexpr auto night = 24h * 30;
constexpr event<int> alarm{"alarm"};
constexpr orchestration<int(int)> sleeper{"Sleeper"};

task<int> run_sleeper(orchestration_context ctx, int n) {
  auto first = co_await race(ctx.wait_for_event(alarm), ctx.schedule_timer(night));
  co_return first.index() == 0 ? n + std::get<0>(first) : n;
}

class dormitory {
public:
  dormitory(const workload& what, const run_request& how)
      : what_(what), how_(how), prefix_(new_prefix(what.name)), node_(what, open_store_of(how), options()) {}

  // Puts the next tenth of them to sleep, and wakes one in a thousand again, which must end as they should.
  figures measure_part(std::size_t part) {
    const std::size_t first = came_;
    const node_report before = node_.report();
    const auto began = clock::now();
    let_in(how_.instances * part / parts);
    const double seconds = seconds_since(began);
    wait_until_asleep();
    const double held = heap_bytes() - empty_;
    figures measured = node_.figures_of(wake(first), seconds, before);
    measured.per_second = ratio(static_cast<double>(came_ - first), seconds);
    const auto asleep = static_cast<double>(came_ - woken_);
    measured.more = {{"heap_bytes_per_instance", ratio(std::max(held, 0.0), asleep)},
                     {"still_resident", static_cast<double>(node_.resident_instances())}};
    measured.growth = {{"sleeping_instances", asleep, "heap_mib", std::max(held, 0.0) / 1024 / 1024}};
    return measured;
  }

private:
  runtime_options options() const {
    runtime_options all = options_of(how_);
    all.passivate_after = 1s;
    return all;
  }

  std::string id_of(std::size_t i) const { return prefix_ + std::to_string(i); }

  void let_in(std::size_t until) {
    progress shown(what_.name);
    for (; came_ < until && !asked_to_stop(); shown.show(came_, how_.instances)) {
      const std::size_t end = std::min(came_ + chunk, until);
      start_all(
          node_.caller(), what_, [this](std::size_t i) { return id_of(i); }, came_, end);
      came_ = end;
    }
  }

  void wait_until_asleep() {
    const auto deadline = clock::now() + 1min;
    while (node_.resident_instances() != 0 && clock::now() < deadline && !asked_to_stop())
      std::this_thread::sleep_for(20ms);
  }

  std::vector<outcome> wake(std::size_t first) {
    client caller = node_.caller();
    std::vector<outcome> outcomes;
    const std::size_t every = std::min<std::size_t>(1000, std::max<std::size_t>(came_ - first, 1));
    for (std::size_t i = first; i < came_ && !asked_to_stop(); i += every) {
      const auto began = clock::now();
      caller.instance(id_of(i)).raise(alarm, 1);
      const instance_status ended = caller.instance(id_of(i)).wait(patience);
      outcomes.push_back({is_right(what_, id_of(i), i, ended), milliseconds_since(began)});
      ++woken_;
    }
    return outcomes;
  }

  const workload& what_;
  const run_request& how_;
  const std::string prefix_;
  local_node node_;
  const double empty_ = heap_bytes();
  std::size_t came_ = 0;
  std::size_t woken_ = 0;
};

void run_sleeping(const workload& what, const run_request& how, const row_sink& row) {
  dormitory all(what, how);
  for (std::size_t part = 1; part <= parts && !asked_to_stop(); ++part) row(all.measure_part(part));
}

}  // namespace

workload sleeping() {
  workload w;
  w.name = "sleeping";
  w.one_instance_does = "sleep for 30 days: memory, and what one takes that is woken";
  w.orchestration = sleeper.name();
  w.instances = 1'000'000;
  w.register_handlers = [](runtime& runtime) { runtime.register_orchestration(sleeper, run_sleeper); };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + 1); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_sleeping;
  return w;
}

}  // namespace duroxide::bench
