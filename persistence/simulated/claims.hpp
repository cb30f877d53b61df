// Activities for any node.
#pragma once

#include "persistence/simulated/sending.hpp"

#include <cstdint>
#include <vector>

namespace duroxide::internal::simulated {

std::vector<stored_activity> claim_activities(tables& rows, std::uint64_t node, const activity_claim& wanted);
void release_activities(tables& rows, std::uint64_t node, const std::vector<activity_key>& keys);
std::vector<activity_key> lost_activities(const tables& rows, std::uint64_t node,
                                          const std::vector<activity_key>& keys);
// The id of the message that the outcome becomes; 0 if the activity is not the author's.
std::uint64_t accept_outcome(tables& rows, const author& origin, const claimed_outcome& done);
void note_progress(tables& rows, const author& origin, const activity_progress& progress);

}  // namespace duroxide::internal::simulated
