// Values that stores depend on, and limits of time.
#include "duroxide/errors.hpp"
#include "duroxide/provider.hpp"
#include "duroxide/time.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace laws_of_stable_values {

using namespace duroxide;
using namespace std::chrono_literals;

LAW("the shard of an id is its FNV-1a hash, for ever") {
  // The published test vectors, of 64 bits, to the lowest 16.
  CHECK(shard_of("", 65536) == 0x2325);
  CHECK(shard_of("a", 65536) == 0xec8c);
  CHECK(shard_of("foobar", 65536) == 0x67e8);
  CHECK(shard_of("order-7", 16) == shard_of("order-7", 65536) % 16);
  CHECK(shard_of("\xff", 65536) == 0xeb6e);
}

LAW("every id has a shard, also where there is one only") {
  CHECK(shard_of("anything", 1) == 0);
  std::set<std::uint32_t> used;
  for (int i = 0; i < 1000; ++i) {
    std::uint32_t shard = shard_of("order-" + std::to_string(i), 16);
    CHECK(shard < 16);
    used.insert(shard);
  }
  CHECK(used.size() == 16);
}

LAW("a delay is neither negative nor longer than a hundred years") {
  CHECK(detail::checked_delay(0ms) == 0ms);
  CHECK(detail::checked_delay(50ms) == 50ms);
  CHECK(detail::checked_delay(std::chrono::years(100)) == std::chrono::years(100));
  CHECK_THROWS_WITH(detail::checked_delay(-1ms), "a delay of -1 ms is negative; give zero or more");
  CHECK_THROWS_AS(detail::checked_delay(std::chrono::years(100) + 1ms), configuration_error);
  CHECK_THROWS_AS(detail::checked_delay(duration::max()), configuration_error);
  CHECK_THROWS_AS(detail::checked_delay(duration::min()), configuration_error);
}

}  // namespace laws_of_stable_values
