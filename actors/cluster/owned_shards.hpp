// Which shards this node owns now.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace duroxide::internal {

// Any thread may ask. Only the inbox reader, and the incarnation that made it, take shards and give them up.
class owned_shards {
public:
  owned_shards(std::uint32_t count, const std::vector<owned_shard>& owned)
      : tenures_(count), suspect_until_(count) {
    take(owned);
  }

  void take(const std::vector<owned_shard>& shards) {
    for (const owned_shard& each : shards) {
      suspect_until_[each.shard] = each.after_crash ? steady_in(suspicion) : steady_time();
      if (tenures_[each.shard].exchange(each.tenure) == 0) ++count_;
    }
  }
  void give_up(const std::vector<std::uint32_t>& shards) {
    for (std::uint32_t shard : shards)
      if (tenures_[shard].exchange(0) != 0) --count_;
  }

  bool contains(std::uint32_t shard) const { return tenure(shard) != 0; }
  // 0: it is not ours.
  std::uint64_t tenure(std::uint32_t shard) const { return tenures_[shard]; }
  // Whether its last owner died a short while ago, perhaps of one of its instances. What made it run that one
  // is there to be done again at once.
  bool is_suspect(std::uint32_t shard) const { return steady_now() < suspect_until_[shard].load(); }
  std::vector<std::uint32_t> suspect() const {
    std::vector<std::uint32_t> found = all();
    std::erase_if(found, [this](std::uint32_t shard) { return !is_suspect(shard); });
    return found;
  }
  std::size_t count() const { return count_; }
  // Whether there are shards of others.
  bool is_partial() const { return count_ < tenures_.size(); }
  bool any() const { return count_ > 0; }
  std::vector<std::uint32_t> all() const { return last(tenures_.size()); }
  // The last `most` of them.
  std::vector<std::uint32_t> last(std::size_t most) const {
    std::vector<std::uint32_t> found;
    for (auto shard = static_cast<std::uint32_t>(tenures_.size()); shard-- > 0 && found.size() < most;)
      if (contains(shard)) found.push_back(shard);
    return found;
  }

private:
  static constexpr std::chrono::minutes suspicion{1};

  std::vector<std::atomic<std::uint64_t>> tenures_;
  std::vector<std::atomic<steady_time>> suspect_until_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace duroxide::internal
