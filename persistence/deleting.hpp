// Deleting instances and executions.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <optional>
#include <string>

namespace duroxide::persistence {

deletion_outcome remove_instance(admin_session& db, const std::string& instance, bool force);
std::optional<deletion> prune_executions(admin_session& db, const std::string& instance,
                                         const prune_options& options);

}  // namespace duroxide::persistence
