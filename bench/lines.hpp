// Figures as lines of text.
#pragma once

#include "bench/measurements.hpp"

#include <string>

namespace duroxide::bench {

// One line of JSON; what only some workloads have is a member like all others.
std::string to_json(const figures& run);
// One line for people.
std::string to_text(const figures& run);

}  // namespace duroxide::bench
