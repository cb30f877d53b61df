// How turns are counted.
#pragma once

#include "actors/instance/instance_record.hpp"
#include "actors/metrics.hpp"

#include <string>

namespace duroxide::internal {

// Counts a committed turn under the version that ran it. REQUIRES: the record is as the turn left it.
void count_turn(metrics& counters, const instance_record& owner, const std::string& version_of_turn,
                const turn_commit& turn);

}  // namespace duroxide::internal
