// The message that starts an execution.
#pragma once

#include "duroxide/message.hpp"
#include "duroxide/provider.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence {

inline outgoing_message start_message(const std::string& instance, std::uint64_t execution, timestamp due,
                                      std::uint64_t delivered_under) {
  outgoing_message start;
  start.delivered_under = delivered_under;
  start.content.kind = message_kind::start;
  start.content.instance = instance;
  start.content.execution = execution;
  start.content.visible_at = due;
  return start;
}

}  // namespace duroxide::persistence
