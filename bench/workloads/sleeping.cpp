#include "duroxide/duroxide.hpp"
#include "bench/counting_provider.hpp"
#include "bench/driver.hpp"
#include "bench/heap.hpp"
#include "bench/open_store.hpp"
#include "bench/progress.hpp"
#include "bench/run.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <future>
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
      : what_(what), how_(how), prefix_(new_prefix(what.name)), counts_(std::make_shared<store_counts>()),
        store_(count_calls(open_store({how.store, how.fresh, how.relaxed_durability}), counts_)),
        runtime_(store_, options()) {
    what.register_handlers(runtime_);
    runtime_.start();
  }
  dormitory(const dormitory&) = delete;
  dormitory& operator=(const dormitory&) = delete;
  ~dormitory() { runtime_.shutdown(); }

  // Puts the next tenth of them to sleep, and wakes one in a thousand again, which must end as they should.
  figures measure_part(std::size_t part) {
    const std::size_t first = came_;
    const double cpu_before = cpu_seconds();
    const auto began = clock::now();
    let_in(how_.instances * part / parts);
    const double seconds = std::chrono::duration<double>(clock::now() - began).count();
    const double cpu_s = cpu_seconds() - cpu_before;
    wait_until_asleep();
    const double held = heap_bytes() - empty_;
    figures measured = summarise(what_, wake(first), 0);
    measured.store = store_->description();
    measured.seconds = seconds;
    measured.cpu_s = cpu_s;
    measured.rss_mib = peak_rss_mib();
    measured.statements = counts_->other_calls;
    measured.commits = counts_->commits;
    measured.turns = counts_->turns;
    measured.per_second = ratio(static_cast<double>(came_ - first), seconds);
    measured.more = {{"heap_mib", held / 1024 / 1024},
                     {"still_resident", static_cast<double>(runtime_.metrics().resident_instances)}};
    measured.growth = {"sleeping_instances", static_cast<double>(came_ - woken_), "heap_bytes_per_instance",
                       ratio(std::max(held, 0.0), static_cast<double>(came_ - woken_))};
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
    client caller = runtime_.client();
    progress shown(what_.name);
    for (; came_ < until && !asked_to_stop(); shown.show(came_, how_.instances)) {
      const std::size_t end = std::min(came_ + chunk, until);
      std::vector<std::future<start_result>> started;
      for (std::size_t i = came_; i < end; ++i)
        started.push_back(caller.start_orchestration_async(what_.orchestration, id_of(i), what_.input(i)));
      for (auto& each : started) each.get();
      came_ = end;
    }
  }

  void wait_until_asleep() {
    const auto deadline = clock::now() + 1min;
    while (runtime_.metrics().resident_instances != 0 && clock::now() < deadline && !asked_to_stop())
      std::this_thread::sleep_for(20ms);
  }

  std::vector<outcome> wake(std::size_t first) {
    client caller = runtime_.client();
    std::vector<outcome> outcomes;
    const std::size_t every = std::min<std::size_t>(1000, std::max<std::size_t>(came_ - first, 1));
    for (std::size_t i = first; i < came_ && !asked_to_stop(); i += every) {
      const auto began = clock::now();
      caller.raise_event(alarm, id_of(i), 1);
      const bool right = caller.wait_for_orchestration(id_of(i), patience).output == what_.expected_output(i);
      outcomes.push_back({right, std::chrono::duration<double, std::milli>(clock::now() - began).count()});
      ++woken_;
    }
    return outcomes;
  }

  const workload& what_;
  const run_request& how_;
  const std::string prefix_;
  std::shared_ptr<store_counts> counts_;
  std::shared_ptr<provider> store_;
  runtime runtime_;
  const double empty_ = heap_bytes();
  std::size_t came_ = 0;
  std::size_t woken_ = 0;
};

void run_sleeping(const workload& what, const run_request& how, const row_sink& row) {
  require_one_process(what, how);
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
  w.run = run_sleeping;
  return w;
}

}  // namespace duroxide::bench
