#include "duroxide/actor_requests.hpp"

namespace duroxide {

void actor_requests::send(detail::told_command what) const { turn_->effects.told.push_back(std::move(what)); }

void actor_requests::start(std::string name, std::string instance, std::string input) const {
  require_instance_id(instance);
  turn_->effects.started.push_back(
      {std::move(name), std::move(instance), {std::move(input)}, std::nullopt, {}});
}

void actor_requests::cancel(std::string instance, std::string reason) const {
  require_stored_id("instance id", instance);
  turn_->effects.cancelled.push_back({std::move(instance), std::move(reason)});
}

}  // namespace duroxide
