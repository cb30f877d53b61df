#include "bench/sowing.hpp"

#include "duroxide/admin.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/orchestration_context.hpp"
#include "bench/driver.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <thread>
#include <utility>

namespace duroxide::bench {

struct seeds {
  std::string orchestration;
  std::vector<std::pair<std::string, std::string>> instances;  // id and input
};
BOOST_DESCRIBE_STRUCT(seeds, (), (orchestration, instances))

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_seeds = 500;
constexpr std::size_t most_bytes = std::size_t{1024} * 1024;
constexpr auto patience = 10min;
constexpr auto glance = 10ms;

constexpr orchestration<std::size_t(seeds)> sower{"BenchSower"};

task<std::size_t> run_sower(orchestration_context ctx, seeds all) {
  for (const auto& [instance, input] : all.instances)
    ctx.start_orchestration(all.orchestration, instance, json_text(input));
  co_return all.instances.size();
}

}  // namespace

void register_sower(runtime& on) { on.register_orchestration(sower, run_sower); }

sowing::sowing(const workload& what, client from, std::size_t instances)
    : what_(what), from_(std::move(from)), instances_(instances), prefix_(new_prefix(what.name)) {}

void sowing::run() {
  start_all();
  progress shown(what_.name);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (has_unfinished() && !asked_to_stop() && std::chrono::steady_clock::now() < deadline) {
    shown.show(0, 0);
    std::this_thread::sleep_for(glance);
  }
}

// A sower and what it starts are stored by one commit: while it has not ended, it is itself unfinished.
void sowing::start_all() {
  seeds next;
  next.orchestration = what_.orchestration;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < instances_; ++i) {
    next.instances.emplace_back(prefix_ + std::to_string(i), what_.input(i));
    bytes += next.instances.back().second.size();
    if (i + 1 != instances_ && next.instances.size() < most_seeds && bytes < most_bytes) continue;
    from_.start_orchestration(sower, prefix_ + "sower-" + std::to_string(i), next);
    next.instances.clear();
    bytes = 0;
  }
}

bool sowing::has_unfinished() const {
  instance_query unfinished;
  unfinished.filter.statuses = {runtime_status::pending, runtime_status::running};
  unfinished.filter.id_prefix = prefix_;
  unfinished.limit = 1;
  return !from_.admin().list_instances(unfinished).instances.empty();
}

std::vector<outcome> sowing::outcomes() {
  std::vector<outcome> all;
  for (std::size_t i = 0; i < instances_; ++i) {
    const instance_status status = from_.get_status(prefix_ + std::to_string(i));
    if (!is_terminal(status.status) && asked_to_stop()) continue;
    const duration took = status.updated_at - status.created_at;
    all.push_back({status.output == what_.expected_output(i), static_cast<double>(took.count())});
  }
  return all;
}

}  // namespace duroxide::bench
