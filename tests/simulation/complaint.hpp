// What is said of a seed that failed.
#pragma once

#include "tests/simulation/findings.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace duroxide::simulation {

void complain(std::ostream& to, std::uint64_t seed, const std::vector<finding>& found);
// The lines of a log that name the instances that failed, and the last ones, without actors that only run.
void show_trace(std::ostream& to, const std::string& log_file, const std::vector<finding>& found);

}  // namespace duroxide::simulation
