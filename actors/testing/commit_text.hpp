// What a commit writes, for people.
#pragma once

#include "duroxide/provider.hpp"

#include <string>

namespace duroxide::internal {

// "turn of 's' (activity_completed, timer_created)", and so on for each part of the batch.
std::string describe(const commit_batch& batch);

}  // namespace duroxide::internal
