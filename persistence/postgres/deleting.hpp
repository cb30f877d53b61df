// Deleting instances while others run.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/postgres/store.hpp"

#include <string>

namespace duroxide::persistence::postgres {

// As admin_dialect::remove. With `force` the instance and its descendants are ended first, in as many steps
// as they go on to start others meanwhile; then they are deleted like any that have ended. If that is
// interrupted between two steps, they have been cancelled, and asking once more deletes them. Throws
// store_failure.
deletion_outcome remove_instance(store& opened, const std::string& instance, bool force);

}  // namespace duroxide::persistence::postgres
