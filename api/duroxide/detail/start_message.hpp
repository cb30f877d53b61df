// The message that begins an execution.
#pragma once

#include "duroxide/message.hpp"

#include <cstdint>
#include <string>

namespace duroxide::detail {

// `id`: 0 until the store has it.
inline message start_message(const std::string& instance, std::uint64_t execution, std::uint64_t id = 0) {
  message start;
  start.id = id;
  start.kind = message_kind::start;
  start.instance = instance;
  start.execution = execution;
  return start;
}

}  // namespace duroxide::detail
