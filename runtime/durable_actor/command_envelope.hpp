// A command on its way to a durable actor, as the payload of a queue message.
#pragma once

#include "duroxide/life.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::internal {

// An instance that awaits the answer: it gets a message of kind command_done.
struct awaiting_instance {
  std::string instance;
  life_number life = 0;
  std::uint64_t execution = 1;
  std::uint64_t event_id = 0;

  bool operator==(const awaiting_instance&) const = default;
};

struct command_envelope {
  std::string command;
  std::string input;  // any bytes
  std::string id;     // by which its sender repeats it; empty: it is sent once
  std::optional<awaiting_instance> awaited_by;
  std::vector<std::string>
      callers;  // the actors that await it, from the outermost: it must not go to one of these

  bool operator==(const command_envelope&) const = default;
};

// A line of JSON, and the input behind it.
std::string to_text(const command_envelope& command);
// Nothing if it is no such text.
std::optional<command_envelope> command_from(std::string_view text);

}  // namespace duroxide::internal
