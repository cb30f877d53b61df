#include "actors/blocking.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <memory>
#include <optional>

namespace duroxide::internal {

namespace {

bool ask_in_simulation(duroxide::detail::surroundings& around, caf::actor_system& system,
                       const caf::actor& who, duration patience) {
  auto stopped = std::make_shared<std::optional<bool>>();
  system.spawn([who, stopped](caf::event_based_actor* self) {
    self->request(who, caf::infinite, stop_atom::value)
        .then([stopped] { *stopped = true; }, [stopped](const caf::error&) { *stopped = false; });
  });
  around.go_on_until([&] { return stopped->has_value(); }, patience);
  return stopped->value_or(false);
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

bool ask_to_stop(caf::actor_system& system, const caf::actor& who, duration patience) {
  if (auto* around = duroxide::detail::simulated()) return ask_in_simulation(*around, system, who, patience);
  caf::scoped_actor self(system);
  bool stopped = false;
  self->request(who, patience, stop_atom::value).receive([&] { stopped = true; }, [](const caf::error&) {});
  return stopped;
}

void end_actors(caf::actor_system& system, const std::vector<caf::actor>& all) {
  if (auto* around = duroxide::detail::simulated()) return end_in_simulation(*around, all);
  caf::scoped_actor self(system);
  for (const auto& each : all) self->send_exit(each, caf::exit_reason::kill);
  self->wait_for(all);
}

}  // namespace duroxide::internal
