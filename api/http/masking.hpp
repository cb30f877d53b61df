// Answers for those who may not see payloads.
#pragma once

#include <boost/json.hpp>

#include <string_view>

namespace duroxide::http {

// Replaces inputs, outputs, payloads and values in an answer of this operation by {"$masked": true}. What is for others
// to see stays: labels, the custom status, what heartbeats say, and the texts of errors, but of those that say which
// payload does not fit.
void mask_payloads(std::string_view operation, boost::json::value& answer);

}  // namespace duroxide::http
