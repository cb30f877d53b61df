#include "actors/blocking.hpp"

#include "duroxide/detail/mutex.hpp"
#include "actors/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <memory>

namespace duroxide::internal {

namespace {

std::size_t ask_in_simulation(duroxide::detail::platform& simulation, caf::actor_system& system,
                              const std::vector<stoppable_actor>& all, duration patience) {
  struct answers {
    std::size_t awaited;
    std::size_t stopped = 0;
  };
  auto heard = std::make_shared<answers>(answers{all.size()});
  system.spawn([all, heard](caf::event_based_actor* self) {
    for (const auto& each : all)
      self->request(each, caf::infinite, stop_atom::value)
          .then([heard] { --heard->awaited, ++heard->stopped; },
                [heard](const caf::error&) { --heard->awaited; });
  });
  simulation.run_until([&] { return heard->awaited == 0; }, patience);
  return all.size() - heard->stopped;
}

// How many of them are left.
class countdown {
public:
  explicit countdown(std::size_t count) : left_(count) {}

  void count_down() {
    const detail::lock_guard lock(mutex_);
    if (--left_ == 0) changed_.notify_all();
  }
  bool is_over() {
    const detail::lock_guard lock(mutex_);
    return left_ == 0;
  }
  void wait_until(steady_time deadline) {
    detail::unique_lock lock(mutex_);
    while (left_ != 0 && changed_.wait_until(lock, deadline)) continue;
  }

private:
  detail::mutex mutex_;
  detail::condition_variable changed_;
  std::size_t left_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace

std::size_t ask_to_stop(caf::actor_system& system, const std::vector<stoppable_actor>& all,
                        duration patience) {
  if (auto* simulation = duroxide::detail::simulated())
    return ask_in_simulation(*simulation, system, all, patience);
  caf::scoped_actor self(system);
  using answer = decltype(self->request(all.front(), patience, stop_atom::value));
  std::vector<answer> awaited;
  for (const auto& each : all) awaited.push_back(self->request(each, patience, stop_atom::value));
  std::size_t stopped = 0;
  for (answer& each : awaited) each.receive([&] { ++stopped; }, [](const caf::error&) {});
  return all.size() - stopped;
}

void end_actors(const std::vector<caf::strong_actor_ptr>& all, duration patience) {
  auto still = std::make_shared<countdown>(all.size());
  for (const auto& each : all) {
    each->get()->attach_functor([still] { still->count_down(); });
    caf::anon_send_exit(each, caf::exit_reason::kill);
  }
  if (auto* simulation = duroxide::detail::simulated())
    return simulation->run_until([&] { return still->is_over(); }, duration::max());
  still->wait_until(steady_in(patience));
}

}  // namespace duroxide::internal
