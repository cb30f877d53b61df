#include "actors/blocking.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <memory>

namespace duroxide::internal {

namespace {

std::size_t ask_in_simulation(duroxide::detail::surroundings& around, caf::actor_system& system,
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
  around.go_on_until([&] { return heard->awaited == 0; }, patience);
  return all.size() - heard->stopped;
}

void end_in_simulation(duroxide::detail::surroundings& around, const std::vector<caf::actor>& all) {
  auto left = std::make_shared<std::size_t>(all.size());
  for (const auto& each : all) {
    caf::actor_cast<caf::abstract_actor*>(each)->attach_functor([left] { --*left; });
    caf::anon_send_exit(each, caf::exit_reason::kill);
  }
  around.go_on_until([&] { return *left == 0; }, duration::max());
}

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

void end_actors(caf::actor_system& system, const std::vector<caf::actor>& all) {
  if (auto* around = duroxide::detail::simulated()) return end_in_simulation(*around, all);
  caf::scoped_actor self(system);
  for (const auto& each : all) self->send_exit(each, caf::exit_reason::kill);
  self->wait_for(all);
}

}  // namespace duroxide::internal
