#include "bench/sowing.hpp"

#include "duroxide/admin.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/orchestration_context.hpp"
#include "bench/driver.hpp"
#include "bench/judge.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"

#include <boost/describe/class.hpp>

#include <charconv>
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
constexpr std::size_t page_size = 1000;
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

void register_sower(runtime& target) { target.register_orchestration(sower, run_sower); }

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
  if (asked_to_stop())
    stopped_at_ = std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now());
}

// A sower and what it starts are stored by one commit: while it has not ended, it is itself unfinished.
void sowing::start_all() {
  seeds next;
  next.orchestration = what_.orchestration;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < instances_ && !asked_to_stop(); ++i) {
    next.instances.emplace_back(prefix_ + std::to_string(i), what_.input(i));
    bytes += next.instances.back().second.size();
    if (i + 1 != instances_ && next.instances.size() < most_seeds && bytes < most_bytes) continue;
    from_.start(sower, prefix_ + "sower-" + std::to_string(i), next);
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

// The number of the instance; none for a sower.
std::optional<std::size_t> sowing::number_of(const std::string& instance) const {
  std::size_t number = 0;
  const char* const end = instance.data() + instance.size();
  const auto [stop, error] = std::from_chars(instance.data() + prefix_.size(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::vector<std::size_t> sowing::ended_before(timestamp moment) const {
  std::vector<std::size_t> numbers;
  instance_query query;
  query.filter = {.statuses = {runtime_status::completed, runtime_status::failed, runtime_status::cancelled},
                  .id_prefix = prefix_,
                  .roots_only = true,
                  .updated_before = moment};
  query.limit = page_size;
  do {
    instance_page page = from_.admin().list_instances(query);
    for (const instance_summary& each : page.instances)
      if (const auto number = number_of(each.instance)) numbers.push_back(*number);
    query.cursor = std::move(page.cursor);
  } while (!query.cursor.empty());
  return numbers;
}

std::vector<outcome> sowing::outcomes() {
  std::vector<std::size_t> numbers;
  if (stopped_at_)
    numbers = ended_before(*stopped_at_);
  else
    for (std::size_t i = 0; i < instances_; ++i) numbers.push_back(i);
  progress shown(what_.name);
  std::vector<outcome> all;
  for (const std::size_t i : numbers) {
    const std::string id = prefix_ + std::to_string(i);
    const instance_status status = from_.instance(id).status();
    const duration took = status.updated_at - status.created_at;
    all.push_back({is_right(what_, id, i, status), static_cast<double>(took.count())});
    shown.show(all.size(), numbers.size());
  }
  return all;
}

}  // namespace duroxide::bench
