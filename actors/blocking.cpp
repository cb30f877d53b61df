#include "actors/blocking.hpp"

#include "actors/messages.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace duroxide::internal {

namespace {

std::size_t ask_in_simulation(duroxide::detail::platform& around, caf::actor_system& system,
                              const std::vector<caf::actor>& all, duration patience) {
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
  around.run_until([&] { return heard->awaited == 0; }, patience);
  return all.size() - heard->stopped;
}

// How many of them are left.
struct countdown {
  explicit countdown(std::size_t count) : left(count) {}

  std::mutex mutex;
  std::condition_variable changed;
  std::size_t left;
};

}  // namespace

std::size_t ask_to_stop(caf::actor_system& system, const std::vector<caf::actor>& all, duration patience) {
  if (auto* around = duroxide::detail::simulated()) return ask_in_simulation(*around, system, all, patience);
  caf::scoped_actor self(system);
  using answer = decltype(self->request(all.front(), patience, stop_atom::value));
  std::vector<answer> awaited;
  for (const auto& each : all) awaited.push_back(self->request(each, patience, stop_atom::value));
  std::size_t stopped = 0;
  for (answer& each : awaited) each.receive([&] { ++stopped; }, [](const caf::error&) {});
  return all.size() - stopped;
}

void end_actors(const std::vector<caf::actor>& all, duration patience) {
  auto still = std::make_shared<countdown>(all.size());
  for (const auto& each : all) {
    caf::actor_cast<caf::abstract_actor*>(each)->attach_functor([still] {
      const std::lock_guard lock(still->mutex);
      if (--still->left == 0) still->changed.notify_all();
    });
    caf::anon_send_exit(each, caf::exit_reason::kill);
  }
  if (auto* around = duroxide::detail::simulated())
    return around->run_until([&] { return still->left == 0; }, duration::max());
  std::unique_lock lock(still->mutex);
  still->changed.wait_until(lock, steady_in(patience), [&] { return still->left == 0; });
}

}  // namespace duroxide::internal
