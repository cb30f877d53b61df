#include "duroxide/explanation.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

namespace duroxide {

namespace {

// Each in the order of its enumerators.
constexpr std::array<std::string_view, 5> states{"not_started", "active", "stalled", "paused", "ended"};
constexpr std::array<std::string_view, 6> kinds{"activity", "timer", "event", "queue", "child", "answer"};
constexpr std::array<std::string_view, 16> blocks{
    "worker_running", "worker_has_it", "unclaimed",      "no_node_offers", "session_elsewhere",
    "retry_pause",    "timer",         "event",          "queue",          "child",
    "answer",         "undelivered",   "no_living_node", "missing",        "stalled",
    "paused"};
static_assert(states[static_cast<std::size_t>(instance_state::ended)] == "ended");
static_assert(kinds[static_cast<std::size_t>(wait_kind::answer)] == "answer");
static_assert(blocks[static_cast<std::size_t>(wait_block::paused)] == "paused");

}  // namespace

std::string_view to_string(instance_state state) { return states[static_cast<std::size_t>(state)]; }

instance_state instance_state_from(std::string_view text) {
  const auto* found = std::ranges::find(states, text);
  if (found == states.end()) throw std::invalid_argument("no state is called '" + std::string(text) + "'");
  return static_cast<instance_state>(found - states.begin());
}

std::string_view to_string(wait_kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

std::string_view to_string(wait_block block) { return blocks[static_cast<std::size_t>(block)]; }

}  // namespace duroxide
