// The interface as a document for programs (OpenAPI 3.1).
#pragma once

#include <boost/json.hpp>

namespace duroxide::http {

// Made from the catalogue and from the table of routes.
boost::json::object openapi_document();

}  // namespace duroxide::http
