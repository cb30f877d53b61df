#include "actors/entropy.hpp"

#include "duroxide/detail/platform.hpp"

#include <random>

namespace duroxide::internal {

std::uint64_t random_bits() {
  if (auto* simulation = duroxide::detail::simulated()) return simulation->random_bits();
  thread_local std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

}  // namespace duroxide::internal
