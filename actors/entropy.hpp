// Randomness.
#pragma once

#include <cstdint>

namespace duroxide::internal {

// 64 bits from a cryptographic source (getrandom on Linux, by way of std::random_device), or from the
// simulation that this thread is in.
std::uint64_t random_bits();

}  // namespace duroxide::internal
