// What an instance waits for, for people.
#pragma once

#include "duroxide/provider.hpp"

#include <string>

namespace duroxide::internal {

// "activity 'charge' with tag 'gpu', event 'confirmed'", as its history says; children with their own waits.
// Blocks for the time of a few store accesses. REQUIRES: the store can be read.
std::string waits_of(provider& store, const std::string& instance);

}  // namespace duroxide::internal
