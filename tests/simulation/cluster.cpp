#include "tests/simulation/cluster.hpp"

#include "tests/simulation/witness.hpp"

#include <chrono>
#include <utility>

namespace duroxide::simulation {

namespace {

using namespace std::chrono_literals;
using internal::world;

constexpr timestamp first_day{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};

std::string seconds(duration length) { return std::to_string(length.count()) + " ms"; }

}  // namespace

cluster::cluster(std::uint64_t seed, log& events, findings& found)
    : log_(events), chance_(seed), rates_(draw_rates(chance_)),
      world_(first_day, chance_.bits(), *this, true), here_(&world_), book_(found) {
  internal::simulated_store_options options;
  options.shard_count = 1 + static_cast<std::uint32_t>(chance_.below(12));
  options.now = [this] { return world_.true_time(); };
  data_ = internal::simulated_store::make(options);
  outside_ = data_->connect();
  draw_nodes();
}

timestamp cluster::began() const { return first_day; }

cluster::~cluster() { end(); }

void cluster::end() {
  busy_ = true;
  for (node& each : nodes_) end_process(each);
}

// Some nodes run everything; others have no workers, few workers, or run activities only.
void cluster::draw_nodes() {
  const std::uint64_t count = 1 + chance_.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    node made;
    made.name = "node " + std::to_string(i + 1);
    runtime_options& options = made.options;
    options.verify_replay = true;
    options.on_mismatch = mismatch_policy::fail;
    options.max_failed_attempts = options.max_crashes =
        100'000;  // a simulated process dies more often than a real one
    options.worker_concurrency = i == 0 ? 2 : chance_.below(3);
    options.worker_tag_filter = i == 0 || chance_.once_in(2) ? tag_filter::any() : tag_filter::default_only();
    if (i > 0 && chance_.once_in(5)) options.orchestration_concurrency = 0;
    if (chance_.once_in(2)) options.worker_node_id = made.name;
    options.passivate_after = chance_.once_in(2) ? duration(30s) : duration(100ms);
    options.resident_limit = chance_.once_in(3) ? 2 : 100'000;
    options.commit_batch_limit = chance_.once_in(3) ? 1 + chance_.below(4) : 512;
    options.journal_lanes = 1 + chance_.below(2);
    options.activity_queue_limit = chance_.once_in(3) ? 1 + chance_.below(2) : 50'000;
    options.client_request_limit = chance_.once_in(3) ? 1 + chance_.below(2) : 10'000;
    options.timer_horizon = chance_.once_in(2) ? duration(10min) : duration(5s);
    options.unregistered_backoff_base = 10ms;
    options.unregistered_backoff_limit = 1s;
    nodes_.push_back(std::move(made));
  }
}

void cluster::begin(run_observer ran) {
  ran_ = std::move(ran);
  busy_ = true;
  for (node& each : nodes_) start(each);
  busy_ = false;
}

void cluster::calm_down() {
  faulty_ = false;
  log_.write(world_.true_time(), "world", "no more faults");
  for (node& each : nodes_) {
    if (!each.process) continue;
    each.process->frozen_until = {};
    each.process->clock_offset = {};
  }
}

// -- nodes --------------------------------------------------------------------

void cluster::start(node& which) {
  const std::string name = which.name + "." + std::to_string(++which.lives);
  which.process = world_.add_process(name);
  log_.write(world_.true_time(), name, "begins");
  world_.within(*which.process, [&] { start_runtime(which); });
}

std::shared_ptr<provider> cluster::store_for(const node& which) {
  const std::string& name = which.process->actors.name();
  auto guard = std::make_shared<faulty_guard>(
      which.process, rates_, faulty_, chance_, [this, name](const std::string& occurrence, bool fault) {
        if (fault) ++counts_[occurrence.substr(0, occurrence.find(':'))];
        if (fault && occurrence.starts_with("in doubt")) book_.is_in_trouble(name);
        log_.write(world_.true_time(), name, fault ? "FAULT " + occurrence : occurrence);
      });
  remarking remark;
  if (log_.has_reader())
    remark = [this, name](const std::string& text) { log_.remark(world_.true_time(), name, text); };
  auto watched = witnessed(data_->connect(), name, book_, std::move(remark));
  return internal::guarded(std::move(watched), std::move(guard));
}

// A store that refuses when the node starts makes the program end; it is begun again later.
void cluster::start_runtime(node& which) {
  which.running = std::make_unique<runtime>(store_for(which), which.options);
  register_all(*which.running, [this, name = which.process->actors.name()](const activity_context& context) {
    if (log_.has_reader())
      log_.remark(world_.true_time(), name,
                  "runs the activity " + context.activity_id() + " of '" + context.instance_id() + "'");
    ran_(name, context);
  });
  try {
    which.running->start();
  } catch (const infrastructure_error&) {
    which.process->dead = true;
  }
}

void cluster::end_process(node& which) {
  if (!which.process) return;
  world_.end_process(which.process, [&] { which.running.reset(); });
  which.process.reset();
}

void cluster::stop(node& which) {
  note_fault("stop", which.process->actors.name());
  const auto process = which.process;
  world_.within(*process, [&] { which.running->shutdown(); });
  end_process(which);
}

void cluster::come_back_later(node& which) {
  const duration away(faulty_ ? chance_.below(20'000) : 0);
  world_.plan(world_.steady_clock() + away, [this, &which] {
    if (which.process) return;
    busy_ = true;
    start(which);
    busy_ = false;
  });
}

cluster::node* cluster::some_node() {
  node& which = nodes_[chance_.below(nodes_.size())];
  return which.process && !which.process->dead ? &which : nullptr;
}

bool cluster::by_client_of(std::size_t n, const std::function<void(client_port&)>& request) {
  const node& which = nodes_[n];
  if (!which.process || which.process->dead) return false;
  world_.within(*which.process, [&] { request(*which.running->client().port()); });
  return true;
}

// -- scheduling ---------------------------------------------------------------------

void cluster::ran(const world::process& process, const std::string& actor) {
  log_.write(world_.true_time(), process.actors.name(), "actor " + actor);
}

void cluster::note_fault(const std::string& kind, const std::string& detail) {
  ++counts_[kind];
  log_.write(world_.true_time(), "world", "FAULT " + kind + " " + detail);
}

void cluster::between_steps() {
  if (busy_ || world_.is_within()) return;
  busy_ = true;
  for (node& each : nodes_) {
    if (!each.process || !each.process->dead) continue;
    log_.write(world_.true_time(), each.process->actors.name(), "is dead");
    end_process(each);
    come_back_later(each);
  }
  if (faulty_) disturb();
  busy_ = false;
}

void cluster::disturb() {
  node* which = some_node();
  if (!which) return;
  world::process& process = *which->process;
  const std::string& name = process.actors.name();
  if (happens(rates_.crash)) {
    note_fault("crash", name);
    process.dead = true;
  } else if (happens(rates_.freeze)) {
    const duration length(chance_.below(40'000));
    note_fault("freeze", name + " for " + seconds(length));
    process.frozen_until = world_.steady_clock() + length;
    book_.is_in_trouble(name);
  } else if (happens(rates_.clock)) {
    process.clock_offset = duration(chance_.below(240'000)) - 2min;
    note_fault("clock", name + " by " + seconds(process.clock_offset));
  } else if (happens(rates_.slow) && process.actors.jobs() > 0) {
    const std::size_t job = chance_.below(process.actors.jobs());
    const duration length(chance_.below(3'000));
    note_fault("slow", name + " " + process.actors.describe(job) + " for " + seconds(length));
    world_.hold_back(process, job, length);
  } else if (happens(rates_.stop)) {
    stop(*which);
    come_back_later(*which);
  }
}

}  // namespace duroxide::simulation
