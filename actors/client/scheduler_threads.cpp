#include "actors/client/scheduler_threads.hpp"

#include "duroxide/detail/mutex.hpp"

#include <caf/policy/work_sharing.hpp>
#include <caf/policy/work_stealing.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <memory>
#include <set>

namespace duroxide::internal {

namespace {

template <class Policy> bool add_threads(caf::actor_system& system, std::vector<std::thread::id>& threads) {
  auto* scheduler = dynamic_cast<caf::scheduler::coordinator<Policy>*>(&system.scheduler());
  if (scheduler == nullptr) return false;
  for (std::size_t i = 0; i < scheduler->num_workers(); ++i)
    threads.push_back(scheduler->worker_by_id(i)->get_thread().get_id());
  return true;
}

// Systems whose threads are known already.
class known_systems {
public:
  bool add(const caf::actor_system* system) DUROXIDE_EXCLUDES(mutex_) {
    const duroxide::detail::lock_guard lock(mutex_);
    return systems_.insert(system).second;
  }
  void remove(const caf::actor_system* system) DUROXIDE_EXCLUDES(mutex_) {
    const duroxide::detail::lock_guard lock(mutex_);
    systems_.erase(system);
  }

  static known_systems& all() {
    static auto* const forever = new known_systems();  // systems may end after static objects have
    return *forever;
  }

private:
  duroxide::detail::mutex mutex_;
  std::set<const caf::actor_system*> systems_ DUROXIDE_GUARDED_BY(mutex_);
};

// Keeps the threads of a system known.
class known_system {
public:
  explicit known_system(caf::actor_system& system) : system_(&system), threads_(scheduler_threads(system)) {}
  known_system(const known_system&) = delete;
  known_system& operator=(const known_system&) = delete;
  ~known_system() { known_systems::all().remove(system_); }

private:
  const caf::actor_system* system_;
  duroxide::detail::actor_threads threads_;
};

}  // namespace

std::vector<std::thread::id> scheduler_threads(caf::actor_system& system) {
  std::vector<std::thread::id> threads;
  if (!add_threads<caf::policy::work_stealing>(system, threads))
    add_threads<caf::policy::work_sharing>(system, threads);
  return threads;
}

// CAF ends this actor of its own when the system's destructor runs, before the threads end.
void refuse_blocking(caf::actor_system& system) {
  if (!known_systems::all().add(&system)) return;
  system.spawn_serv()->get()->attach_functor([known = std::make_shared<known_system>(system)] {});
}

}  // namespace duroxide::internal
