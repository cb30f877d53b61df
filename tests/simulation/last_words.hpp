// What a simulator says that cannot go on.
#pragma once

#include <cstdint>
#include <string>

namespace duroxide::simulation {

std::string command_for(std::uint64_t seed);

// From now on a process that is killed, breaks down or takes absurdly long names the seed that it is at, and
// ends with exit code 1.
void prepare_last_words();
// That seed. The time for it begins anew.
void is_at_seed(std::uint64_t seed);

}  // namespace duroxide::simulation
