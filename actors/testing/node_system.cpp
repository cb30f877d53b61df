#include "actors/testing/node_system.hpp"

#include <caf/local_actor.hpp>
#include <caf/logger.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace duroxide::internal {

namespace {

// CAF keeps a reference to the logger of the system that a thread used last, and a system's destructor waits
// until nobody has one.
void forget_system() { caf::logger::set_current_actor_system(nullptr); }

}  // namespace

node_system::node_system(std::string name) : name_(std::move(name)) {
  config_.set("scheduler.policy", caf::atom("testing"));
  system_.emplace(config_);
  coordinator_ = &dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
}

node_system::~node_system() {
  forget_system();
  system_.reset();
}

std::uint64_t node_system::job(std::size_t which) const {
  const auto* actor = dynamic_cast<const caf::local_actor*>(coordinator_->jobs[which]);
  return actor ? actor->id() : 0;
}

std::string node_system::describe(std::size_t which) const {
  const auto* actor = dynamic_cast<const caf::local_actor*>(coordinator_->jobs[which]);
  return actor ? std::string(actor->name()) + " " + std::to_string(actor->id()) : "?";
}

void node_system::run(std::size_t which) {
  auto& jobs = coordinator_->jobs;
  const auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(which);
  std::rotate(jobs.begin(), chosen, chosen + 1);
  coordinator_->run_once();
}

std::optional<steady_time> node_system::next_timeout() const {
  const auto& schedule = coordinator_->clock().schedule();
  if (schedule.empty()) return std::nullopt;
  return steady_time(schedule.begin()->first.time_since_epoch());
}

void node_system::set_time(steady_time now) {
  auto& clock = coordinator_->clock();
  const auto moment = caf::actor_clock::time_point(now.time_since_epoch());
  // Also by nothing: what is due at once is due then.
  coordinator_->advance_time(std::max(moment - clock.now(), caf::actor_clock::duration_type(0)));
}

}  // namespace duroxide::internal
