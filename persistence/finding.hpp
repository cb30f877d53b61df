// What a filter lets through: pages, and counts.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <optional>
#include <vector>

namespace duroxide::persistence {

instance_page find_instances(admin_session& db, const filter& what, const page_request& page);
std::vector<group_count> count_instances(admin_session& db, const filter& what,
                                         const std::optional<filter_term>& group);

// The largest first; of the same size, by value.
void put_in_order(std::vector<group_count>& groups);

}  // namespace duroxide::persistence
