#include "duroxide/orchestration_context.hpp"

#include "duroxide/limits.hpp"

namespace duroxide {

detail::operation orchestration_context::make(detail::operation_kind kind, std::string_view name,
                                              std::string input, location where) {
  detail::operation what;
  what.kind = kind;
  what.name = name;
  what.input = std::move(input);
  what.where = where;
  return what;
}

activity_call<json_text> orchestration_context::schedule_activity(std::string name, json_text input,
                                                                  location where) const {
  require_valid_id("activity name", name);
  return activity_call<json_text>(
      make(detail::operation_kind::activity, name, std::move(input).text(), where));
}

wait_call<void> orchestration_context::schedule_timer(duration delay, location where) const {
  detail::operation what = make(detail::operation_kind::timer, {}, {}, where);
  what.delay = detail::checked_delay(delay);
  return wait_call<void>(std::move(what));
}

wait_call<void> orchestration_context::schedule_timer(timestamp due, location where) const {
  detail::operation what = make(detail::operation_kind::timer, {}, {}, where);
  what.due = due;
  return wait_call<void>(std::move(what));
}

wait_call<json_text> orchestration_context::wait_for_event(std::string name, location where) const {
  require_valid_id("event name", name);
  return wait_call<json_text>(make(detail::operation_kind::external_event, name, {}, where));
}

wait_call<json_text> orchestration_context::dequeue_event(std::string queue, location where) const {
  require_valid_id("queue name", queue);
  return wait_call<json_text>(make(detail::operation_kind::queue_message, queue, {}, where));
}

sub_orchestration_call<json_text>
orchestration_context::schedule_sub_orchestration(std::string name, json_text input, location where) const {
  require_valid_id("orchestration name", name);
  return sub_orchestration_call<json_text>(
      make(detail::operation_kind::sub_orchestration, name, std::move(input).text(), where));
}

void orchestration_context::start_orchestration(std::string name, std::string instance, json_text input,
                                                location where) const {
  require_valid_id("orchestration name", name);
  start_detached(std::move(name), std::move(instance), std::move(input).text(), where);
}

void orchestration_context::start_detached(std::string name, std::string instance, std::string input,
                                           location where) const {
  require_valid_id("instance id", instance);
  engine_->start_detached({std::move(name), std::move(instance), std::move(input), std::nullopt, where});
}

continue_as_new_request orchestration_context::continue_as_new() const {
  return continue_as_new_request(detail::continue_as_new{"null", std::nullopt});
}

void orchestration_context::set_custom_status(std::string status, location where) const {
  if (status.size() > limits::custom_status_bytes)
    throw configuration_error(error_kind::limit_exceeded,
                              "the custom status has " + std::to_string(status.size()) +
                                  " bytes; the limit is " + std::to_string(limits::custom_status_bytes));
  engine_->set_custom_status(std::move(status), where);
}

void orchestration_context::reset_custom_status(location where) const {
  engine_->set_custom_status(std::nullopt, where);
}

}  // namespace duroxide
