#include "duroxide/detail/answers.hpp"

#include <string>

namespace duroxide::detail {

std::exception_ptr exception_for(const error_details& details) {
  switch (details.kind) {
  case error_kind::instance_not_found:
  case error_kind::instance_terminal:
  case error_kind::instance_running:
  case error_kind::already_exists:
    return std::make_exception_ptr(instance_error(details.kind, details.message));
  case error_kind::limit_exceeded: return std::make_exception_ptr(limit_error(details.message));
  case error_kind::command_failed:
  case error_kind::command_too_old: return std::make_exception_ptr(command_failed(details));
  case error_kind::timed_out: return std::make_exception_ptr(timeout_error(details.message));
  default: break;
  }
  if (details.category == error_category::configuration)
    return std::make_exception_ptr(configuration_error(details.kind, details.message));
  if (details.category == error_category::infrastructure)
    return std::make_exception_ptr(infrastructure_error(details.kind, details.message));
  return std::make_exception_ptr(error(details));
}

void throw_unanswered(const char* operation, duration limit) {
  throw timeout_error(std::string(operation) + " was not answered within " + std::to_string(limit.count()) +
                      " ms; it may still be done, so ask for the status before you repeat it");
}

}  // namespace duroxide::detail
