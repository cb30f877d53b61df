#include "duroxide/shard.hpp"

namespace duroxide {

std::uint32_t shard_of(const std::string& instance, std::uint32_t shard_count) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (unsigned char byte : instance) hash = (hash ^ byte) * 0x100000001b3ULL;
  return static_cast<std::uint32_t>(hash % shard_count);
}

}  // namespace duroxide
