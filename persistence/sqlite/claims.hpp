// Activities for any node: claiming, giving back, and what their owners report.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/sqlite/sending.hpp"
#include "persistence/sqlite/store.hpp"

#include <cstdint>
#include <vector>

namespace duroxide::persistence::sqlite {

// As provider::claim_activities. Throws store_failure (fenced) if the node is not a member. Writes nothing,
// and waits for no lock, while there is nothing to claim.
std::vector<stored_activity> claim_activities(store& opened, std::uint64_t node,
                                              const activity_claim& wanted);

// Only claimable ones: no other node could run the others.
void release_activities(store& opened, std::uint64_t node, const std::vector<activity_key>& keys);

std::vector<activity_key> lost_activities(database& db, std::uint64_t node,
                                          const std::vector<activity_key>& keys);

// Gives the id of the outcome's message, or 0 if the activity is not held by the context's node. The
// session counts as used when the message becomes visible.
std::uint64_t accept_outcome(database& db, const writing_context& context, const claimed_outcome& done);

void note_progress(database& db, const writing_context& context, const activity_progress& progress);

}  // namespace duroxide::persistence::sqlite
