#include "duroxide/detail/branch.hpp"

namespace duroxide::detail {

void throw_operation_failure(operation_kind kind, const error_details& details) {
  if (kind == operation_kind::sub_orchestration) throw sub_orchestration_failed(details);
  throw activity_failed(details);
}

}  // namespace duroxide::detail
