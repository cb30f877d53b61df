#include "bench/run.hpp"

#include "bench/counting_provider.hpp"
#include "bench/open_store.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <semaphore>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;

// Starts instances, at most so many in flight, and collects how each of them ends.
class driver {
public:
  driver(const workload& what, client_port& port, std::size_t instances, std::size_t in_flight)
      : what_(what), port_(port),
        prefix_(what.name + "-" + std::to_string(clock::now().time_since_epoch().count()) + "-"),
        room_(static_cast<std::ptrdiff_t>(in_flight)), left_(static_cast<std::ptrdiff_t>(instances)),
        latencies_(instances) {}

  void run() {
    for (std::size_t i = 0; i < latencies_.size(); ++i) {
      room_.acquire();
      start(i);
    }
    left_.wait();
  }

  std::size_t correct() const { return correct_; }
  std::vector<double> sorted_latencies_ms() const {
    std::vector<double> sorted = latencies_;
    std::ranges::sort(sorted);
    return sorted;
  }

private:
  void start(std::size_t i) {
    std::string instance = prefix_ + std::to_string(i);
    clock::time_point started = clock::now();
    port_.start({what_.orchestration, instance, what_.input(i)}, [](auto) {});
    port_.wait({instance, std::nullopt, std::nullopt, std::chrono::minutes(10)},
               [this, i, started](result<instance_status, error_details> ended) {
                 latencies_[i] = std::chrono::duration<double, std::milli>(clock::now() - started).count();
                 if (ended && ended->output == what_.expected_output(i)) ++correct_;
                 room_.release();
                 left_.count_down();
               });
  }

  const workload& what_;
  client_port& port_;
  std::string prefix_;
  std::counting_semaphore<> room_;
  std::latch left_;
  std::vector<double> latencies_;
  std::atomic<std::size_t> correct_ = 0;
};

}  // namespace

figures run(const workload& what, const run_request& how) {
  auto counts = std::make_shared<store_counts>();
  runtime_options options;
  options.worker_concurrency = how.workers;
  options.journal_lanes = how.lanes;
  options.verify_replay = false;  // a check for tests, not part of what is measured
  runtime runtime{count_calls(open_store({how.store, how.fresh, how.relaxed_durability}), counts), options};
  what.register_handlers(runtime);
  runtime.start();

  figures measured;
  measured.workload = what.name;
  measured.store = how.store;
  measured.instances = how.instances;
  client client = runtime.client();
  driver all(what, *client.port(), how.instances, how.in_flight == 0 ? how.instances : how.in_flight);
  double cpu_before = cpu_seconds();
  std::uint64_t calls_before = counts->other_calls;
  clock::time_point began = clock::now();
  all.run();
  measured.seconds = std::chrono::duration<double>(clock::now() - began).count();
  measured.cpu_s = cpu_seconds() - cpu_before;
  measured.statements = counts->other_calls - calls_before;
  measured.commits = counts->commits;
  measured.turns = counts->turns;
  measured.rss_mib = peak_rss_mib();
  measured.ok = all.correct();
  measured.wrong = how.instances - measured.ok;
  measured.per_second = static_cast<double>(how.instances) / measured.seconds;
  measured.steps_per_second = measured.per_second * static_cast<double>(what.steps);
  std::vector<double> latencies = all.sorted_latencies_ms();
  measured.p50_ms = percentile(latencies, 50);
  measured.p90_ms = percentile(latencies, 90);
  measured.p99_ms = percentile(latencies, 99);
  runtime.shutdown();
  return measured;
}

}  // namespace duroxide::bench
