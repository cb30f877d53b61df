// What is said of an orchestration that has no handler here.
#pragma once

#include "duroxide/registry.hpp"

#include <string>

namespace duroxide::internal {

// `version` empty: the one that its policy chooses. Ask the registry first, once: a policy may change at any
// time.
error_details not_registered(const registry& handlers, const std::string& orchestration,
                             const std::string& version);

}  // namespace duroxide::internal
