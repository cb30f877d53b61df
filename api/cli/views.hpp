// Answers as people read them.
#pragma once

#include "api/cli/terminal.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace duroxide::cli {

// The answer of an operation, as lines. An operation without a view of its own gets its members as a list, and arrays
// as tables; so every operation has one.
std::string view_of(std::string_view verb, const boost::json::value& answer, const terminal& to);

// The ids that an answer is about, one a line.
std::string ids_of(const boost::json::value& answer);

}  // namespace duroxide::cli
