// Which shards this node owns now.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace duroxide::internal {

// Any thread may ask. Only the courier, and whoever made it, take shards.
class owned_shards {
public:
  owned_shards(std::uint32_t count, const std::vector<std::uint32_t>& owned) : owned_(count) { take(owned); }

  void take(const std::vector<std::uint32_t>& shards) {
    for (std::uint32_t shard : shards)
      if (!owned_[shard].exchange(true)) ++count_;
  }
  bool contains(std::uint32_t shard) const { return owned_[shard]; }
  std::size_t count() const { return count_; }
  bool any() const { return count_ > 0; }

private:
  std::vector<std::atomic<bool>> owned_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace duroxide::internal
