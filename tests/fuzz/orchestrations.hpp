// Code for the fuzzer of the replay engine: together it asks for everything that an orchestration can ask
// for.
#pragma once

#include "duroxide/registry.hpp"

#include <span>

namespace duroxide::fuzz {

// They are called 'it', take an int and wait for event 'note', queue 'orders', activities, timers and
// children.
std::span<const orchestration_handler> all_orchestrations();

}  // namespace duroxide::fuzz
