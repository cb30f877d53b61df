// All operations, for all doors: the command line, HTTP, the dashboard and agents.
#pragma once

#include "api/operations/operation.hpp"

#include <string_view>
#include <vector>

namespace duroxide::operations {

// In the order in which help lists them.
const std::vector<operation>& catalogue();

// Null if there is no operation of this name.
const operation* find_operation(std::string_view name);

// Checks the arguments, and runs the operation. Throws configuration_error (invalid_argument) that names the argument
// that is missing, unknown or of the wrong type, and what the operation throws.
boost::json::value run(const operation& what, const session& where, boost::json::object given);

// The parameters as JSON Schema (draft 2020-12), for agents and for documents about HTTP.
boost::json::object schema_of(const operation& what);

}  // namespace duroxide::operations
