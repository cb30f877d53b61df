// Chance that comes from a seed, the same on every machine.
#pragma once

#include <cstdint>

namespace duroxide::internal {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 .. sides - 1. REQUIRES: sides is not 0.
  std::uint64_t below(std::uint64_t sides) { return bits() % sides; }
  // True once in so many times.
  bool once_in(std::uint64_t times) { return below(times) == 0; }

private:
  std::uint64_t state_;
};

}  // namespace duroxide::internal
