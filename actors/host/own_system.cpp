#include "actors/host/own_system.hpp"

#include "duroxide/detail/platform.hpp"
#include "actors/client/scheduler_threads.hpp"
#include "actors/host/sparing_clock.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/log.hpp"

#include <caf/atom.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace duroxide::internal {

namespace {

class scheduler final : public caf::scheduler::coordinator<caf::policy::work_sharing> {
public:
  using super = caf::scheduler::coordinator<caf::policy::work_sharing>;
  using super::super;

  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new scheduler(system);
  }

  sparing_clock& clock() noexcept override { return clock_; }

private:
  sparing_clock clock_{super::clock()};
};

}  // namespace

own_system::own_system(const std::optional<std::size_t>& concurrency) {
  const std::size_t threads =
      concurrency.value_or(std::max<std::size_t>(2, std::thread::hardware_concurrency()));
  config_.set("scheduler.max-threads", std::max<std::size_t>(1, threads));
  config_.load<scheduler>();
  system_.emplace(config_);
  threads_.emplace(scheduler_threads(*system_));
}

void end_system(std::unique_ptr<own_system> system, const turn_watch& turns) {
  if (duroxide::detail::simulated()) return system.reset();
  constexpr std::chrono::seconds for_one_look{1};
  constexpr int most_looks = 30;
  std::promise<void> destroyed;
  const auto end = destroyed.get_future();
  std::thread([system = std::move(system), destroyed = std::move(destroyed)]() mutable {
    system.reset();
    destroyed.set_value();
  }).detach();
  // Thousands of actors need some time.
  for (int looks = 0; looks < most_looks; ++looks) {
    if (end.wait_for(for_one_look) == std::future_status::ready) return;
    const std::vector<std::string> stuck = turns.running(for_one_look);
    if (stuck.empty()) continue;
    std::string all;
    for (const std::string& each : stuck) all += (all.empty() ? "" : "; ") + each;
    log_error(
        "duroxide: the runtime has stopped, but code of orchestrations goes on; it is abandoned with its "
        "threads and all that they use, and what it does does not count: {}",
        field("turn", all));
    return;
  }
  log_error("duroxide: the runtime has stopped, but its actors have not ended; they are abandoned");
}

}  // namespace duroxide::internal
