// Between libFuzzer and a fuzzer.
#include "tests/fuzz/fuzzing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace duroxide::fuzz {

void law(bool holds, std::string_view sentence) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

}  // namespace duroxide::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duroxide::fuzz::take({reinterpret_cast<const char*>(data), size});
  return 0;
}
