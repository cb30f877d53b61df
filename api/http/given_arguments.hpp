// From a request to the arguments of its operation.
#pragma once

#include "duroxide/time.hpp"
#include "api/http/message.hpp"
#include "api/http/routes.hpp"
#include "api/http/target.hpp"

#include <boost/json.hpp>

namespace duroxide::http {

// By the path, the query, the body and Idempotency-Key together. `longest_wait` bounds how long the operation may wait.
// Throws bad_parameter, filter_error and configuration_error for what the operation does not take.
boost::json::object arguments_of(const operations::operation& what, const routed& through,
                                 const target& where, const request& asked, duration longest_wait);

}  // namespace duroxide::http
