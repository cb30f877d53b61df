#include "duroxide/duroxide.hpp"
#include "bench/elapsed.hpp"
#include "bench/heap.hpp"
#include "bench/judge.hpp"
#include "bench/local_node.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t chunk = 1000;  // instances that are under way at a time
constexpr auto patience = 10min;
constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int(int)> guest{"Guest"};

task<int> run_guest(orchestration_context ctx, int n) {
  ctx.set_custom_status("waits");
  int number = co_await ctx.dequeue_event(numbers);
  co_return n + number;
}

// Long enough for all of them to come in before the first one is dropped, on a slow machine too.
duration passivation_time(std::size_t instances) { return 1s + duration(instances) / 2; }

class house {
public:
  house(const workload& what, const run_request& how)
      : what_(what), how_(how), prefix_(new_prefix(what.name)), node_(what, open_store_of(how), options()) {}

  figures measure() {
    const node_report before = node_.report();
    const double empty = heap_bytes();
    const auto began = clock::now();
    let_in();
    const double full = heap_bytes() - empty;
    const std::uint64_t residents = node_.resident_instances();
    wait_until_passivated();
    const double left = heap_bytes() - empty;
    const std::uint64_t still_resident = node_.resident_instances();
    see_off();
    figures measured = node_.figures_of(outcomes_, seconds_since(began), before);
    measured.more = {{"resident_bytes", ratio(full, static_cast<double>(residents))},
                     {"passivated_bytes", ratio(left, static_cast<double>(came_))},
                     {"residents", static_cast<double>(residents)},
                     {"still_resident", static_cast<double>(still_resident)}};
    return measured;
  }

private:
  runtime_options options() const {
    runtime_options all = options_of(how_);
    all.passivate_after = passivation_time(how_.instances);
    all.resident_limit = 4 * how_.instances + 1000;  // no shard reaches its part of it
    return all;
  }

  std::string id_of(std::size_t i) const { return prefix_ + std::to_string(i); }

  // Starts them; each waits when this is done.
  void let_in() {
    client caller = node_.caller();
    progress shown(what_.name);
    for (; came_ < how_.instances && !asked_to_stop(); shown.show(came_, how_.instances)) {
      const std::size_t end = std::min(came_ + chunk, how_.instances);
      start_all(
          caller, what_, [this](std::size_t i) { return id_of(i); }, came_, end);
      std::vector<std::future<instance_status>> waiting;
      for (std::size_t i = came_; i < end; ++i)
        waiting.push_back(caller.async().instance(id_of(i)).wait_for_status_change(0, patience));
      for (auto& each : waiting) each.get();
      came_ = end;
    }
  }

  void wait_until_passivated() {
    progress shown(what_.name);
    const auto deadline = clock::now() + 2 * passivation_time(how_.instances) + 30s;
    while (node_.resident_instances() != 0 && clock::now() < deadline && !asked_to_stop()) {
      std::this_thread::sleep_for(20ms);
      shown.show(0, 0);
    }
  }

  // Sends each what it waits for, and hears how it ends.
  void see_off() {
    client caller = node_.caller();
    progress shown(what_.name);
    for (std::size_t begin = 0; begin < came_ && !asked_to_stop(); begin += chunk) {
      const std::size_t end = std::min(begin + chunk, came_);
      const auto began = clock::now();
      std::vector<std::future<instance_status>> ends;
      for (std::size_t i = begin; i < end; ++i) {
        caller.async().instance(id_of(i)).enqueue(numbers, 1);
        ends.push_back(caller.async().instance(id_of(i)).wait(patience));
      }
      for (std::size_t i = begin; i < end; ++i) {
        const instance_status ended = ends[i - begin].get();
        outcomes_.push_back({is_right(what_, id_of(i), i, ended), milliseconds_since(began)});
      }
      shown.show(end, came_);
    }
  }

  const workload& what_;
  const run_request& how_;
  const std::string prefix_;
  local_node node_;
  std::size_t came_ = 0;
  std::vector<outcome> outcomes_;
};

void run_resident(const workload& what, const run_request& how, const row_sink& row) {
  row(house(what, how).measure());
}

}  // namespace

workload resident() {
  workload w;
  w.name = "resident";
  w.one_instance_does = "wait for a message: memory while it waits in memory, and when it was dropped";
  w.orchestration = guest.name();
  w.instances = 100'000;
  w.register_handlers = [](runtime& runtime) { runtime.register_orchestration(guest, run_guest); };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + 1); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_resident;
  return w;
}

}  // namespace duroxide::bench
