// Figures as a page for a browser.
#pragma once

#include "bench/measurements.hpp"

#include <string>
#include <vector>

namespace duroxide::bench {

// HTML that needs nothing from elsewhere: plots of throughput, latency and commits per instance, and a table
// of everything.
std::string to_page(const std::vector<figures>& rows);

}  // namespace duroxide::bench
