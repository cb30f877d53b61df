// How much a trace, or another line of the log, matters.
#pragma once

#include <cstdint>

namespace duroxide {

enum class trace_level : std::uint8_t { debug, info, warn, error };

}  // namespace duroxide
