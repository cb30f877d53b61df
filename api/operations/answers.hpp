// What the library answers, as JSON. Times are RFC 3339 in UTC. A member that does not apply is left out.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/administration.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace duroxide::operations {

// A payload is what its text says. Bytes that are no JSON are {"$text": "..."} if they are UTF-8, and else
// {"$base64": "..."}.
boost::json::value json_of_payload(std::string_view bytes);

// Bytes that should be text, and may be none.
boost::json::value json_of_text(std::string_view bytes);

// By name; a value that is no text as make_label writes it.
boost::json::object json_of_labels(const std::vector<label>& labels);

boost::json::object json_of(const error_details& failure);
boost::json::object json_of(const instance_summary& instance);
boost::json::object json_of(const instance_info& instance);
boost::json::object json_of(const instance_in_tree& instance);
boost::json::object json_of(const execution_info& execution);
boost::json::object json_of(const instance_status& status);  // without the id, which the status does not have
boost::json::object json_of(const activity_state& activity);
boost::json::object json_of(const history_event& event);
boost::json::object json_of(const system_metrics& figures);
boost::json::object json_of(const queue_depths& figures);
boost::json::object json_of(const instance_statistics& figures);
boost::json::object json_of(const instance_problem& problem);
boost::json::object json_of(const explanation& told);
boost::json::object json_of(const deletion& deleted);
boost::json::object json_of(const node_info& node);
boost::json::object json_of(const transfer& moved);
boost::json::object json_of(const inconsistency& found);
boost::json::object json_of(const verification& found);

template <class Range> boost::json::array json_of_all(const Range& range) {
  boost::json::array all;
  for (const auto& each : range) all.emplace_back(json_of(each));
  return all;
}

}  // namespace duroxide::operations
