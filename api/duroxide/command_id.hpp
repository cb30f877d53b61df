// By which a command to a durable actor is sent again without being applied twice.
#pragma once

#include "duroxide/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace duroxide {

// An id that no other command has. It carries the time at which it was made, since answers are not kept for ever
// (runtime_options::answer_retention): "1764513600000-5f0c6e8a9b7d4c3e".
std::string new_command_id();

// When the id was made; nothing if it is none that new_command_id could have made.
std::optional<timestamp> time_of_command_id(std::string_view id);

}  // namespace duroxide
