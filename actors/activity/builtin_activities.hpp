// Activities that every runtime has.
#pragma once

#include "duroxide/registry.hpp"

#include <string>
#include <vector>

namespace duroxide::internal {

void add_builtin_activities(registry& handlers);

// What other nodes may be asked to run here: all but those.
std::vector<std::string> offered_activities(const registry& handlers);

}  // namespace duroxide::internal
