#include "duroxide/detail/branch.hpp"

namespace duroxide::detail {

void throw_used_up(const char* what) {
  throw configuration_error(error_kind::invalid_argument,
                            std::string(what) +
                                " is awaited, detached or given to a combinator once; this one is used up");
}

void throw_used_up_call() {
  throw configuration_error(
      error_kind::invalid_argument,
      "a call is awaited, started or given to a combinator once; this one is used up. Make another call for "
      "each time, and set options as in call.with_retry(policy), without moving the call onto itself");
}

void throw_operation_failure(operation_kind kind, const error_details& details) {
  if (kind == operation_kind::sub_orchestration) throw sub_orchestration_failed(details);
  if (kind == operation_kind::command) throw command_failed(details);
  throw activity_failed(details);
}

}  // namespace duroxide::detail
