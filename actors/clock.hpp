// Now, from the process's clock. Only the actors layer looks at it; everything below is told.
#pragma once

#include "duroxide/time.hpp"

namespace duroxide::internal {

inline timestamp wall_clock_now() { return std::chrono::floor<duration>(std::chrono::system_clock::now()); }

}  // namespace duroxide::internal
