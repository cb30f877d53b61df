// Errors as they stand in the error columns: {"category", "kind", "message", "source"}, "retryable": false if
// it is not worth trying again, and "type" and "stack" if they are not empty.
#pragma once

#include "duroxide/errors.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::persistence {

// JSON text; bytes of the message that are not UTF-8 stay as they are. Nothing gives nothing.
std::optional<std::string> error_to_json(const std::optional<error_details>& error);

// Throws std::exception if `json` is not what error_to_json writes.
error_details error_from_json(std::string_view json);

std::string names_to_json(const std::vector<std::string>& names);

}  // namespace duroxide::persistence
