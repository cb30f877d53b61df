// What a store keeps of a durable actor beside its row of instances.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

// The queue of an actor's commands. Programs cannot name it.
inline constexpr std::string_view command_queue = "duroxide::commands";

// A durable actor is an instance that has a state, and no history but for a command that awaits something. It is
// `running` from its first message to its end, and has an execution row only while such a command has made one. Until
// its first turn its version is empty; that turn writes its version and its state.
struct actor_state {
  std::string version;  // of the state's type
  std::string state;    // JSON text
  // The answers that were made before this time are not kept any more.
  timestamp answers_since{};

  bool operator==(const actor_state&) const = default;
};

// The answer to a command that may be sent again, under the same id.
struct kept_answer {
  std::string command_id;
  timestamp made_at{};
  std::string answer;  // JSON text; empty if it failed
  std::optional<error_details> error{};

  bool operator==(const kept_answer&) const = default;
};

// How a turn changes a durable actor.
struct actor_change {
  std::optional<actor_state> state;  // as it is after the turn; none: as it was
  // Each id once. If one of them has an answer already, nothing of the turn is written (turn_outcome::repeated),
  // whatever else would refuse it.
  std::vector<kept_answer> answers;
  // The journal of the command that has ended with this turn is deleted: the history of `turn_commit::execution`. The
  // instance has the next execution after this.
  bool ends_journal = false;
  // The instance, and all that belongs to it, is deleted; its answers are kept. Commands that wait in its inbox are for
  // the next life, which begins at once if there are any: a running instance of the same orchestration without a state.
  bool destroyed = false;
};

}  // namespace duroxide
