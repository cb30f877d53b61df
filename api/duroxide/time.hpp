// The one clock type of the project.
#pragma once

#include <chrono>
#include <string_view>

namespace duroxide {

using duration = std::chrono::milliseconds;

// Wall-clock time in whole milliseconds since the Unix epoch, as it is stored.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// Used as a timeout, this waits for ever; used as another limit, it is none. Every value of more than a hundred
// years means the same.
inline constexpr duration no_limit = duration::max();

namespace detail {

inline constexpr duration longest_delay = std::chrono::years(100);

// Returns `delay`, or throws configuration_error (invalid_argument) if it is negative or longer than a hundred
// years, which is always a mistake of arithmetic or of units.
duration checked_delay(duration delay);

// Returns a timeout or another limit, or longest_delay if that is less, so that it can be added to any time.
// Throws configuration_error (invalid_argument), naming `what`, if it is negative.
duration checked_limit(std::string_view what, duration limit);

}  // namespace detail

}  // namespace duroxide
