// What the code of a durable actor has asked for, until its turn is committed.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/durable_actor.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::detail {

struct told_command {
  actor_address receiver;
  std::string command;
  std::string input;
  duration after{};  // it is not delivered before
};

struct cancelled_instance {
  std::string instance;
  std::string reason;
};

// What one command has asked for. A command that fails asks for nothing.
struct actor_effects {
  std::vector<told_command> told;
  std::vector<detached_start> started;
  std::vector<cancelled_instance> cancelled;
  std::vector<trace_record> traces;
  bool retires = false;
  bool is_destroyed = false;
};

// One command, as its code sees it.
struct actor_turn {
  const actor_address& self;
  std::string command_id;
  timestamp now{};
  const std::function<std::uint64_t()>& random_bits;
  std::vector<std::string> callers{};  // the durable actors that await it, from the outermost
  actor_effects effects{};
};

}  // namespace duroxide::detail
