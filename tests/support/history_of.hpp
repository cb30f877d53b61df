// The history of an instance, as people read it.
#pragma once

#include "duroxide/provider.hpp"

#include <string>
#include <vector>

namespace duroxide::testing_support {

// The kinds of the events of an execution (0: the current one), in order.
std::vector<std::string> event_kinds(provider& store, const std::string& instance,
                                     std::uint64_t execution = 0);

}  // namespace duroxide::testing_support
