// Activities that every runtime has.
#pragma once

#include "duroxide/registry.hpp"

namespace duroxide::internal {

void add_builtin_activities(registry& handlers);

}  // namespace duroxide::internal
