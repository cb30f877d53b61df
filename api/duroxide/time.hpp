// The one clock type of the project.
#pragma once

#include <chrono>

namespace duroxide {

using duration = std::chrono::milliseconds;

// Wall-clock time in whole milliseconds since the Unix epoch, as it is stored.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

namespace detail {
// Gives `delay` back, or throws configuration_error (invalid_argument) if it is negative or longer than a
// hundred years, which is always a mistake of arithmetic or of units.
duration checked_delay(duration delay);
}  // namespace detail

}  // namespace duroxide
