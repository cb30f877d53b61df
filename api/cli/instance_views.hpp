// Instances as people read them.
#pragma once

#include "api/cli/terminal.hpp"

#include <boost/json.hpp>

#include <string>

namespace duroxide::cli {

std::string list_view(const boost::json::object& answer, const terminal& to);
std::string instance_view(const boost::json::object& answer, const terminal& to);
std::string tree_view(const boost::json::object& answer, const terminal& to);
std::string executions_view(const boost::json::object& answer, const terminal& to);
std::string history_view(const boost::json::object& answer, const terminal& to);
std::string timeline_view(const boost::json::object& answer, const terminal& to);
std::string waits_view(const boost::json::object& answer, const terminal& to);
std::string activities_view(const boost::json::object& answer, const terminal& to);
std::string explanation_view(const boost::json::object& answer, const terminal& to);
std::string kv_view(const boost::json::object& answer, const terminal& to);

}  // namespace duroxide::cli
