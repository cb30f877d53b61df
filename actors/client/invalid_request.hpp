// What the methods of clients and admins throw when they are asked for something that cannot be.
#pragma once

#include "duroxide/errors.hpp"

#include <string>

namespace duroxide::internal {

[[noreturn]] inline void throw_invalid(const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, why);
}

}  // namespace duroxide::internal
