// Instances on another shard than the one that their id gives.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace duroxide::internal {

// What this node knows of instances that were moved to a node that can run them. They are few, and most nodes
// know of none; what is not known here is found out by loading the instance. Any thread may call.
class relocated_instances {
public:
  std::optional<std::uint32_t> find(const std::string& instance) const {
    if (count_ == 0) return std::nullopt;
    detail::shared_lock lock(mutex_);
    auto known = shards_.find(instance);
    if (known == shards_.end()) return std::nullopt;
    return known->second;
  }

  void set_shard(const std::string& instance, std::uint32_t shard) {
    const detail::lock_guard lock(mutex_);
    shards_.insert_or_assign(instance, shard);
    count_ = shards_.size();
  }

  void forget(const std::string& instance) {
    if (count_ == 0) return;
    const detail::lock_guard lock(mutex_);
    shards_.erase(instance);
    count_ = shards_.size();
  }

private:
  mutable detail::shared_mutex mutex_;
  std::unordered_map<std::string, std::uint32_t> shards_ DUROXIDE_GUARDED_BY(mutex_);
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace duroxide::internal
