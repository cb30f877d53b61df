// A durable actor in memory: its state, and the code that applies commands to it.
#pragma once

#include "duroxide/actor_handlers.hpp"
#include "duroxide/actor_rows.hpp"
#include "duroxide/result.hpp"
#include "runtime/durable_actor/actor_task.hpp"
#include "runtime/durable_actor/command_envelope.hpp"
#include "runtime/execution_setup.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal {

// Pure: no thread, no clock, no I/O; used by one thread at a time.
//
//   actor_code code(address, handlers, stored);
//   code.apply(...); code.apply(...);             the commands of a turn
//   code.state();                                 goes into the commit, and then
//   code.committed();  or  code.discard();
class actor_code {
public:
  // Throws what the handlers throw for a state that they cannot read.
  actor_code(actor_address self, std::shared_ptr<const duroxide::detail::actor_handlers> handlers,
             const std::optional<actor_state>& stored);

  // If the handler throws, the state is as it was before.
  applied_command apply(const command_envelope& command, const turn_inputs& inputs);
  // The failure of a command that is not run, as apply gives it.
  static applied_command refuse(error_details why) { return {std::move(why)}; }

  // Whether it is a command that awaits something.
  bool is_task(const std::string& command) const { return handlers_->tasks.contains(command); }
  // REQUIRES: it is one.
  std::unique_ptr<actor_task> begin_task(command_envelope command) const;
  // Its state is that of the actor now, unless it has failed.
  applied_command end_task(actor_task& ended, const ending& how);

  // As it is now, with its version.
  actor_state encoded() const;
  // Reads the state as the last commit left it. REQUIRES: no command has been applied since then.
  result<std::string, error_details> ask(const std::string& query, const std::string& input) const;

  const actor_address& self() const noexcept { return self_; }
  const std::string& version() const noexcept { return handlers_->version; }

private:
  error_details unknown(const char* what, const std::string& name) const;

  actor_address self_;
  std::shared_ptr<const duroxide::detail::actor_handlers> handlers_;
  std::unique_ptr<duroxide::detail::actor_value> state_;
};

}  // namespace duroxide::internal
