#include "runtime/durable_actor/actor_code.hpp"

#include "duroxide/detail/running_code.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// The exception that is being handled, as the error that the sender of the command gets.
error_details failure_of_handler(const std::string& name) {
  error_details why = details_of_current_exception(error_kind::command_failed, name);
  why.category = error_category::application;
  return why;
}

// The actors of the circle wait for each other: none of them would ever be answered.
error_details circle_of(const command_envelope& command, const std::string& instance) {
  std::string path;
  for (auto caller = std::ranges::find(command.callers, instance); caller != command.callers.end(); ++caller)
    path += "'" + *caller + "' asks ";
  return {error_category::application, error_kind::command_failed,
          "a circle of durable actors that await each other is refused: " + path + "'" + instance +
              "'; send one of the commands by tell",
          command.command, false};
}

}  // namespace

actor_code::actor_code(actor_address self, std::shared_ptr<const duroxide::detail::actor_handlers> handlers,
                       const std::optional<actor_state>& stored)
    : self_(std::move(self)), handlers_(std::move(handlers)),
      state_(stored ? handlers_->read(stored->version, stored->state) : handlers_->make()) {}

error_details actor_code::unknown(const char* what, const std::string& name) const {
  return {error_category::configuration, error_kind::not_registered,
          "durable actor '" + handlers_->name + "' has no " + what + " '" + name +
              "'; give it one with on(...)",
          name};
}

applied_command actor_code::apply(const command_envelope& command, const turn_inputs& inputs) {
  const auto handler = handlers_->commands.find(command.command);
  if (handler == handlers_->commands.end()) return refuse(unknown("command", command.command));
  const std::string instance = self_.instance_id();
  if (std::ranges::find(command.callers, instance) != command.callers.end())
    return refuse(circle_of(command, instance));
  duroxide::detail::actor_turn turn{self_, command.id, inputs.now, inputs.random_bits};
  std::unique_ptr<duroxide::detail::actor_value> before = state_->copy();
  const duroxide::detail::running_code here(handlers_->name, instance);
  try {
    actor_context context(turn);
    std::string answer = handler->second(context, *state_, command.input);
    return {std::move(answer), std::move(turn.effects)};
  } catch (...) {
    state_ = std::move(before);
    return refuse(failure_of_handler(command.command));
  }
}

std::unique_ptr<actor_task> actor_code::begin_task(command_envelope command) const {
  return std::make_unique<actor_task>(self_, handlers_, std::move(command), state_->copy());
}

applied_command actor_code::end_task(actor_task& ended, const ending& how) {
  applied_command applied = ended.end(how);
  if (applied.answer) state_ = ended.take_state();
  return applied;
}

actor_state actor_code::encoded() const { return {handlers_->version, state_->encode(), {}}; }

result<std::string, error_details> actor_code::ask(const std::string& query, const std::string& input) const {
  const auto handler = handlers_->queries.find(query);
  if (handler == handlers_->queries.end()) return unknown("query", query);
  const std::string instance = self_.instance_id();
  const duroxide::detail::running_code here(handlers_->name, instance);
  try {
    return handler->second(*state_, input);
  } catch (...) {
    return failure_of_handler(query);
  }
}

}  // namespace duroxide::internal
