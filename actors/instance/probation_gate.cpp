#include "actors/instance/probation_gate.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>

namespace duroxide::internal {

probation_gate::probation_gate(caf::actor_config& config) : event_based_actor(config) {}

caf::behavior probation_gate::make_behavior() {
  set_down_handler([this](caf::down_msg& down) {
    std::erase_if(waiting_, [&](const caf::actor& each) { return each.address() == down.source; });
    let_out(down.source);
  });
  return {
      [this](enter_atom) {
        auto who = caf::actor_cast<caf::actor>(current_sender());
        monitor(who);
        waiting_.push_back(std::move(who));
        if (!inside_) let_in_next();
      },
      [this](left_atom) { let_out(caf::actor_cast<caf::actor_addr>(current_sender())); },
  };
}

void probation_gate::let_out(const caf::actor_addr& who) {
  if (!inside_ || inside_ != who) return;
  demonitor(inside_);
  inside_ = nullptr;
  let_in_next();
}

void probation_gate::let_in_next() {
  if (waiting_.empty()) return;
  inside_ = waiting_.front().address();
  send(waiting_.front(), entered_atom::value);
  waiting_.pop_front();
}

}  // namespace duroxide::internal
