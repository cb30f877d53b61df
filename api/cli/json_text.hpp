// JSON as people read it.
#pragma once

#include <boost/json.hpp>

#include <string>

namespace duroxide::cli {

// In one line.
std::string compact(const boost::json::value& what);

// In one line if that fits, and else with a line for each member, all but the first indented.
std::string pretty(const boost::json::value& what, std::size_t indent, std::size_t width);

// What a text says, and any other value as JSON; printable.
std::string plain(const boost::json::value& what);

}  // namespace duroxide::cli
