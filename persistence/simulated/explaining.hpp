// What an instance waits for, and why it does not go on.
#pragma once

#include "persistence/simulated/tables.hpp"

#include <optional>
#include <string>

namespace duroxide::internal::simulated {

// None if there is no such instance.
std::optional<explanation> explain_instance(const tables& rows, const std::string& instance, timestamp now,
                                            const history_reader& read);

}  // namespace duroxide::internal::simulated
