#include "actors/own_system.hpp"

#include "actors/sparing_clock.hpp"

#include <caf/atom.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <algorithm>
#include <thread>

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
}

}  // namespace duroxide::internal
