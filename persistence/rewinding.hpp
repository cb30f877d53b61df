// Sends instances back in their histories, those that have ended among them, which run again then.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace duroxide::persistence {

// All of it or nothing: nothing if one of them is not as it was when this was planned. Gives the nodes that own them.
std::optional<std::vector<std::uint64_t>>
rewind_instances(admin_session& db, const std::vector<planned_rewind>& what, timestamp now);

}  // namespace duroxide::persistence
