// Deleting instances and executions.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <optional>
#include <string>

namespace duroxide::persistence {

// As admin_dialect::remove, in one write transaction that keeps everybody else out.
deletion_outcome remove_instance(admin_session& db, const std::string& instance, bool force);
// Executions that are over never change, so nothing need be locked.
std::optional<deletion> prune_executions(admin_session& db, const std::string& instance,
                                         const prune_options& options);

}  // namespace duroxide::persistence
