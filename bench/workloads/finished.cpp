#include "duroxide/duroxide.hpp"
#include "bench/leftovers.hpp"
#include "bench/local_node.hpp"
#include "bench/open_store.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace duroxide::bench {

namespace {

constexpr std::size_t parts = 10;
constexpr std::size_t pairs = 3;
constexpr std::size_t most_at_once = 10'000;

void add_wrong(figures& to, std::size_t wrong) {
  to.instances += wrong;
  to.wrong += wrong;
}

// The same on the grown store and on an empty one, in turn, because a machine is not the same from minute to
// minute. The row is that of the pair in the middle; none after Ctrl-C at once.
std::optional<figures> compare(local_node& grown, local_node& empty, std::size_t instances,
                               std::size_t finished) {
  std::vector<figures> rows;
  for (std::size_t pair = 0; pair < pairs && !asked_to_stop(); ++pair) {
    figures on_grown = grown.run({instances, 0, std::nullopt});
    const figures on_empty = empty.run({instances, 0, std::nullopt});
    add_wrong(on_grown, on_empty.wrong);
    on_grown.more = {{"empty_per_second", on_empty.per_second}};
    on_grown.growth = {{"finished_instances", static_cast<double>(finished),
                        "share_of_empty_store_throughput", ratio(on_grown.per_second, on_empty.per_second)}};
    rows.push_back(std::move(on_grown));
  }
  if (rows.empty()) return std::nullopt;
  std::ranges::sort(rows, {}, [](const figures& each) { return each.growth.front().cost; });
  figures middle = rows[rows.size() / 2];
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i != rows.size() / 2) add_wrong(middle, rows[i].wrong);
  return middle;
}

void run_finished(const workload& what, const run_request& how, const row_sink& row) {
  const std::string url = settled_url({how.store, how.fresh, how.relaxed_durability});
  const auto node_on = [&](const std::string& store_url, bool fresh) {
    auto store = open_store({store_url, fresh, how.relaxed_durability});
    warn_of_unfinished_instances(store);
    return std::make_unique<local_node>(what, std::move(store), options_of(how));
  };
  const auto grown = node_on(url, false);
  const std::size_t probe = std::clamp<std::size_t>(how.instances / 100, 1, most_at_once);
  std::size_t finished = 0;
  std::size_t wrong = 0;  // that no row has told yet
  for (std::size_t part = 0; part <= parts && !asked_to_stop(); ++part) {
    const std::size_t wanted = how.instances * part / parts;
    while (finished < wanted && !asked_to_stop()) {
      const figures more = grown->run({std::min(most_at_once, wanted - finished), 0, std::nullopt});
      finished += more.instances;
      wrong += more.wrong;
    }
    if (asked_to_stop()) return;
    const auto empty = node_on(url_beside(url, "_beside_" + std::to_string(part)), true);
    if (auto measured = compare(*grown, *empty, probe, finished)) {
      add_wrong(*measured, std::exchange(wrong, 0));
      row(*measured);
    }
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
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_finished;
  w.rows.clear();
  return w;
}

}  // namespace duroxide::bench
