// The rows from which it is derived what an instance waits for.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <optional>
#include <string>

namespace duroxide::persistence {

// None if there is no such instance.
std::optional<explanation> explain_instance(admin_session& db, const std::string& instance, timestamp now,
                                            const history_reader& read);

}  // namespace duroxide::persistence
