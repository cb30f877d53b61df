// What a store tells about itself, in the text format that Prometheus reads.
#pragma once

#include "api/operations/operation.hpp"

#include <string>

namespace duroxide::http {

// Instances by status, waiting work, problems by kind, and nodes by state. Reads tables whole. Throws what an
// administration does.
std::string metrics_page(const operations::session& store);

}  // namespace duroxide::http
