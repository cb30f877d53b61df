// Tells libFuzzer where a program has been that GCC has compiled. GCC has no counters of its own, only a call
// at each branch. This is what it calls, by way of the linker's --wrap: libFuzzer has a function of that name
// that does nothing.
#include <cstddef>
#include <cstdint>

extern "C" {
void __sanitizer_cov_8bit_counters_init(std::uint8_t* begin, std::uint8_t* end);
void __wrap___sanitizer_cov_trace_pc();
// Comparisons of floating-point numbers, which libFuzzer does not follow.
void __sanitizer_cov_trace_cmpf(float, float) {}
void __sanitizer_cov_trace_cmpd(double, double) {}
}

namespace {

constexpr std::size_t counter_count = 1U << 16U;
std::uint8_t counters[counter_count];

[[maybe_unused]] const bool made_known =
    (__sanitizer_cov_8bit_counters_init(counters, counters + counter_count), true);

}  // namespace

void __wrap___sanitizer_cov_trace_pc() {
  const auto caller = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  // Fibonacci hashing. Two places that share a counter make the search blunter, not wrong.
  ++counters[caller * 0x9e3779b97f4a7c15ULL >> 48U];
}
