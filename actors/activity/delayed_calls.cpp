#include "actors/activity/delayed_calls.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <utility>

namespace duroxide::internal {

delayed_calls::behavior_type delayed_calls::make_behavior() {
  return {
      [this](call_later& request) {
        waiting_.emplace(++last_, std::move(request.then));
        delayed_send(this, request.delay, due_atom::value, last_);
      },
      [this](due_atom, std::uint64_t number) {
        auto call = waiting_.extract(number);
        home_system().spawn([then = std::move(call.mapped())] { then(); });
      },
  };
}

void delayed_calls::on_exit() {
  for (auto& [number, then] : std::exchange(waiting_, {})) then();
}

}  // namespace duroxide::internal
