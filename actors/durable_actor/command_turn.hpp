// A turn of a durable actor: the commands that it applies, and what they lead to.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/provider.hpp"
#include "runtime/durable_actor/actor_code.hpp"
#include "runtime/durable_actor/command_envelope.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// A command that waits for its turn.
struct waiting_command {
  command_envelope content;
  std::uint64_t message_id = 0;  // of its row; 0: it has none
  std::size_t bytes = 0;
  bool is_answered = true;        // by its outcome; else `answered` is told when it is durable, and no more
  reply<std::string> answered{};  // a client of this process that waits
};

// What has been found out of commands before they are applied.
struct command_rules {
  // Answers that the store has already: such a command is not applied again.
  std::map<std::string, kept_answer> known{};
  // Commands that were made before this are refused, since their answers may have been forgotten.
  timestamp oldest{timestamp::min()};
  // The first command is not applied, but answered with this.
  std::optional<error_details> poison{};
};

// The commands of one turn, applied, and everything that goes into its commit but for what only the actor's row knows.
class command_turn {
public:
  command_turn(actor_code& code, const command_rules& rules, turn_inputs inputs)
      : code_(code), rules_(rules), inputs_(std::move(inputs)) {}

  // Takes the command if its answer is known before it is applied: it was applied before, is too old, or poison.
  // Otherwise it is applied, or awaited.
  bool take_known(waiting_command& command);
  void apply(waiting_command command);
  // The command that awaited something has ended like this. REQUIRES: it is the only one.
  void end(waiting_command command, applied_command applied);

  // The changes, as a commit of the actor has them. REQUIRES: all commands have been applied.
  turn_commit commit(const std::optional<actor_state>& before) const;
  // Whether the commit writes nothing: all commands were read from memory, and have changed nothing.
  static bool is_empty(const turn_commit& commit);

  std::size_t size() const noexcept { return answered_.size(); }
  bool is_destroyed() const noexcept { return effects_.is_destroyed; }
  bool retires() const noexcept { return effects_.retires; }
  const std::vector<duroxide::detail::trace_record>& traces() const noexcept { return effects_.traces; }

  // Answers the clients of this process that wait. REQUIRES: the commit is durable, or empty.
  void answer();
  // How commands have failed of which nobody will know.
  std::vector<error_details> untold_failures() const;
  // The commands, unanswered, for a turn that takes the place of this one.
  std::vector<waiting_command> take_back();

private:
  struct answered_command {
    waiting_command what;
    result<std::string, error_details> answer;
  };

  std::optional<result<std::string, error_details>> known_answer(const waiting_command& command);
  void take(waiting_command command, result<std::string, error_details> answer);
  void keep(const waiting_command& command, const result<std::string, error_details>& answer);

  actor_code& code_;
  const command_rules& rules_;
  turn_inputs inputs_;
  std::vector<answered_command> answered_;
  std::map<std::string, result<std::string, error_details>>
      answers_;  // of this turn, by the ids of their commands
  std::vector<kept_answer> kept_;
  duroxide::detail::actor_effects effects_;
  bool has_applied_ = false;
  bool is_first_ = true;
};

}  // namespace duroxide::internal
