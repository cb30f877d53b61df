// A command of a durable actor that awaits something, while it runs.
#pragma once

#include "duroxide/actor_handlers.hpp"
#include "duroxide/registry.hpp"
#include "runtime/durable_actor/command_envelope.hpp"
#include "runtime/turn.hpp"

#include <memory>
#include <string>
#include <vector>

namespace duroxide::internal {

// What a command has led to: its answer, and what it has asked for (nothing if it failed).
struct applied_command {
  result<std::string, error_details> answer;
  duroxide::detail::actor_effects effects{};
};

// Its coroutine is run by an execution, whose history is the journal of the command: the event that begins it has the
// command as its input. It works on a copy of the state.
class actor_task {
public:
  // REQUIRES: the handlers have a task of this name. `state`: as the last commit left it.
  actor_task(const actor_address& self, std::shared_ptr<const duroxide::detail::actor_handlers> handlers,
             command_envelope command, std::unique_ptr<duroxide::detail::actor_value> state);
  actor_task(const actor_task&) = delete;
  actor_task& operator=(const actor_task&) = delete;

  const command_envelope& command() const noexcept { return command_; }
  // The durable actors that whoever this command asks is awaited by.
  const std::vector<std::string>& callers() const noexcept { return callers_of_others_; }
  // For its execution, which this must outlive. The first coroutine that it makes is the command; others, made to
  // verify its replay, lead to nothing.
  orchestration_handler code();

  // REQUIRES: the execution has ended like this.
  applied_command end(const ending& how);
  // As the command has left it. REQUIRES: it has ended, and not failed.
  std::unique_ptr<duroxide::detail::actor_value> take_state();

private:
  struct run;

  const actor_address& self_;
  std::shared_ptr<const duroxide::detail::actor_handlers> handlers_;
  command_envelope command_;
  std::vector<std::string> callers_of_others_;
  std::unique_ptr<duroxide::detail::actor_value> begun_with_;
  std::shared_ptr<run> first_;
};

}  // namespace duroxide::internal
