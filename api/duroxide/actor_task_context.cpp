#include "duroxide/actor_task_context.hpp"

#include <algorithm>

namespace duroxide {

void actor_task_context::refuse_circle(const actor_address& receiver, std::string_view name) const {
  const std::string wanted = receiver.instance_id();
  const std::string here = self().instance_id();
  const auto& callers = turn().callers;
  auto caller = std::ranges::find(callers, wanted);
  if (caller == callers.end() && wanted != here) return;
  std::string path;
  for (; caller != callers.end(); ++caller) path += "'" + *caller + "' asks ";
  throw command_failed({error_category::application, error_kind::command_failed,
                        "a circle of durable actors that await each other is refused: " + path + "'" + here +
                            "' asks '" + wanted + "'; send one of the commands by tell",
                        std::string(name), false});
}

}  // namespace duroxide
