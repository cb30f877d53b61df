// Times as people read them.
#pragma once

#include "duroxide/time.hpp"

#include <string>

namespace duroxide::cli {

// "2026-11-30 16:24:30", in the time zone of this machine.
std::string local_time(timestamp time);

// "0s", "12ms", "3s", "5m", "2h", "4d": in the largest unit that fits, rounded down.
std::string rough(duration span);

timestamp now();

}  // namespace duroxide::cli
