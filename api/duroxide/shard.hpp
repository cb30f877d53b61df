// Shards: the parts into which the instances of a store are divided. A shard has one owner, a node.
#pragma once

#include <cstdint>
#include <string>

namespace duroxide {

// The shard of a new instance: a stable hash of its id (FNV-1a, 64 bits). It is stored with the instance, which may be
// relocated to another shard later. REQUIRES: shard_count is positive.
std::uint32_t shard_of(const std::string& instance, std::uint32_t shard_count);

}  // namespace duroxide
