#include "actors/instance/probation_gate.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>

namespace duroxide::internal {

probation_gate::probation_gate(caf::actor_config& config) : probation_gate_actor::base(config) {}

probation_gate::behavior_type probation_gate::make_behavior() {
  set_down_handler([this](caf::down_msg& down) {
    std::erase_if(waiting_, [&](const instance_actor& each) { return each.address() == down.source; });
    let_out(down.source);
  });
  return {
      [this](enter_atom) {
        auto instance = sender_of_message<instance_actor>(*this);
        monitor(instance);
        waiting_.push_back(std::move(instance));
        if (!inside_) let_in_next();
      },
      [this](left_atom) { let_out(sender_of_message<caf::actor_addr>(*this)); },
  };
}

void probation_gate::let_out(const caf::actor_addr& instance) {
  if (!inside_ || inside_ != instance) return;
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
