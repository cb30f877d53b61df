#include "duroxide/detail/pause_signal.hpp"

#include <boost/json.hpp>

namespace duroxide::detail {

std::string to_text(const pause_request& wanted) {
  return boost::json::serialize(
      boost::json::object{{"reason", wanted.reason}, {"tree", wanted.scope == reach::tree}});
}

pause_request pause_request_from(std::string_view text) {
  pause_request wanted;
  boost::json::error_code failed;
  const boost::json::value parsed = boost::json::parse(text, failed);
  if (failed || !parsed.is_object()) return wanted;
  const boost::json::object& all = parsed.get_object();
  if (const auto* reason = all.if_contains("reason"); reason != nullptr && reason->is_string())
    wanted.reason = std::string(reason->get_string());
  if (const auto* tree = all.if_contains("tree"); tree != nullptr && tree->is_bool() && tree->get_bool())
    wanted.scope = reach::tree;
  return wanted;
}

}  // namespace duroxide::detail
