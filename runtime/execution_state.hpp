// The parts that an execution is made of.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/detail/running_code.hpp"
#include "duroxide/registry.hpp"
#include "runtime/execution_setup.hpp"
#include "runtime/history_cursor.hpp"
#include "runtime/instance_values.hpp"
#include "runtime/mailboxes.hpp"
#include "runtime/open_operations.hpp"
#include "runtime/turn_builder.hpp"

#include <memory>
#include <optional>
#include <string>

namespace duroxide::internal {

// Why the code does not go on, or is not to.
struct code_end {
  bool finished = false;
  std::optional<detail::continue_as_new> next;
  std::optional<std::string> cancel_reason;
  std::optional<error_details> system_error;  // that the code does not get to see
  std::optional<error_details> refused;       // what was asked for and cannot be: the code does not see it
};

// Only data: each part keeps its own rules, and the files around it say how they work together.
struct execution_state {
  execution_state(execution_identity new_identity, orchestration_handler new_handler,
                  execution_options new_options)
      : identity(std::move(new_identity)), handler(std::move(new_handler)), options(std::move(new_options)) {}
  execution_state(const execution_state&) = delete;
  execution_state& operator=(const execution_state&) = delete;

  // Whether nothing that the code asks for, or that arrives for it, has a meaning any more.
  bool code_is_done() const noexcept {
    return end.finished || end.next || history.mismatch() || end.system_error || end.refused ||
           !turn.limit_passed_by().empty();
  }
  // Whether messages that arrive can still reach the code.
  bool takes_messages() const noexcept { return !end.cancel_reason && !code_is_done(); }

  execution_identity identity;
  orchestration_handler handler;
  execution_options options;
  std::unique_ptr<history_event> started;  // event 1, until the code runs
  bool has_parent = false;
  bool has_warned_of_length = false;
  history_cursor history{identity};
  turn_builder turn{options};
  open_operations open;
  mailboxes boxes;
  instance_values values;
  code_end end;
  detail::code_position position;
};

}  // namespace duroxide::internal
