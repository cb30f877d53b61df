// Activities for any node: claiming them, and giving them back.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/connection.hpp"

#include <vector>

namespace duroxide::persistence::postgres {

std::vector<stored_activity> claim_activities(connection& on, std::uint64_t node,
                                              const activity_claim& wanted);
void release_activities(connection& on, std::uint64_t node, const std::vector<activity_key>& keys);
std::vector<activity_key> lost_activities(connection& on, std::uint64_t node,
                                          const std::vector<activity_key>& keys);

}  // namespace duroxide::persistence::postgres
