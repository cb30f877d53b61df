#include "duroxide/duroxide.hpp"
#include "bench/counting_provider.hpp"
#include "bench/driver.hpp"
#include "bench/open_store.hpp"
#include "bench/run.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

namespace duroxide::bench {

namespace {

constexpr std::size_t parts = 10;
constexpr std::size_t pairs = 3;
constexpr std::size_t most_at_once = 10'000;

// A store with a runtime on it.
class place {
public:
  place(const workload& what, const run_request& how, const std::string& url, bool fresh)
      : what_(what), counts_(std::make_shared<store_counts>()),
        store_(count_calls(open_store({url, fresh, how.relaxed_durability}), counts_)),
        runtime_(store_, options_of(how)) {
    what.register_handlers(runtime_);
    runtime_.start();
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { runtime_.shutdown(); }

  // All at once.
  figures run(std::size_t instances) {
    const std::shared_ptr<client_port> port = runtime_.client().port();
    const double cpu_before = cpu_seconds();
    const std::uint64_t commits_before = counts_->commits;
    const std::uint64_t turns_before = counts_->turns;
    const std::uint64_t calls_before = counts_->other_calls;
    driver all(what_, *port, {instances, 0, std::nullopt});
    const auto began = std::chrono::steady_clock::now();
    all.run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    figures measured = summarise(what_, all.outcomes(), seconds);
    measured.store = store_->description();
    measured.cpu_s = cpu_seconds() - cpu_before;
    measured.commits = counts_->commits - commits_before;
    measured.turns = counts_->turns - turns_before;
    measured.statements = counts_->other_calls - calls_before;
    measured.rss_mib = peak_rss_mib();
    return measured;
  }

private:
  const workload& what_;
  std::shared_ptr<store_counts> counts_;
  std::shared_ptr<provider> store_;
  runtime runtime_;
};

// The same on the grown store and on an empty one, in turn, because a machine is not the same from minute to
// minute. The row is that of the pair in the middle.
figures compare(place& grown, place& empty, std::size_t instances, std::size_t finished) {
  std::vector<figures> rows;
  for (std::size_t pair = 0; pair < pairs && !asked_to_stop(); ++pair) {
    figures there = grown.run(instances);
    const figures here = empty.run(instances);
    there.wrong += here.wrong;
    there.more = {{"empty_per_second", here.per_second}};
    there.growth = {"finished_instances", static_cast<double>(finished), "throughput_of_an_empty_store",
                    ratio(there.per_second, here.per_second)};
    rows.push_back(std::move(there));
  }
  std::ranges::sort(rows, {}, [](const figures& each) { return each.growth->cost; });
  figures middle = rows[rows.size() / 2];
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i != rows.size() / 2) middle.wrong += rows[i].wrong;
  return middle;
}

void run_finished(const workload& what, const run_request& how, const row_sink& row) {
  require_one_process(what, how);
  const std::string url = settled_url({how.store, how.fresh, how.relaxed_durability});
  place grown(what, how, url, false);
  const std::size_t probe = std::clamp<std::size_t>(how.instances / 100, 1, most_at_once);
  std::size_t finished = 0;
  for (std::size_t part = 0; part <= parts && !asked_to_stop(); ++part) {
    while (finished < how.instances * part / parts && !asked_to_stop())
      finished += grown.run(std::min(most_at_once, how.instances * part / parts - finished)).ok;
    if (asked_to_stop()) return;
    place empty(what, how, url_beside(url, "_beside_" + std::to_string(part)), true);
    row(compare(grown, empty, probe, finished));
    finished += pairs * probe;
  }
}

}  // namespace

workload finished() {
  workload w = hello();
  w.name = "finished";
  w.one_instance_does =
      "as hello: throughput beside so many finished instances, compared with an empty store";
  w.instances = 1'000'000;
  w.run = run_finished;
  w.rows.clear();
  return w;
}

}  // namespace duroxide::bench
