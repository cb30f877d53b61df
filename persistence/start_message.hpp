// The message that begins an execution, as a commit sends it.
#pragma once

#include "duroxide/detail/start_message.hpp"
#include "duroxide/provider.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence {

inline outgoing_message start_message(const std::string& instance, std::uint64_t execution, timestamp due,
                                      std::uint64_t delivered_under) {
  outgoing_message start;
  start.delivered_under = delivered_under;
  start.content = detail::start_message(instance, execution);
  start.content.visible_at = due;
  return start;
}

}  // namespace duroxide::persistence
