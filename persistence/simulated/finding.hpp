// What a filter lets through, in memory.
#pragma once

#include "persistence/simulated/tables.hpp"

#include <optional>
#include <vector>

namespace duroxide::internal::simulated {

instance_page find_instances(const tables& rows, const filter& what, const page_request& page);
std::vector<group_count> count_instances(const tables& rows, const filter& what,
                                         const std::optional<filter_term>& group);

}  // namespace duroxide::internal::simulated
