// The members of the store: which of them live, and which own the shards.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/sqlite/member_lock.hpp"
#include "persistence/sqlite/store.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace duroxide::persistence::sqlite {

// The members that joined by this object, and through the store their knowledge of all others. A member of a
// file lives as long as its lock is held, which dies with its process, so nothing is written to show it, and a
// process that is merely slow is never taken for dead. In memory nobody dies. The shards have one owner all
// together. Any thread may call.
class membership {
public:
  explicit membership(std::shared_ptr<store> opened) : store_(std::move(opened)) {}

  // As the provider's; these throw store_failure.
  node_membership join(const node_offer& offer);
  heartbeat_result heartbeat(std::uint64_t node, const node_load& load = {});
  void leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect = {});

  // Nobody can come without a join that is counted, so a node that was alone stays alone until the count
  // grows: one look at the lock file, or nothing at all in memory. Only with company is the store
  // asked.
  std::optional<duration> next_heartbeat_in(std::uint64_t node);

private:
  using steady = std::chrono::steady_clock;

  struct member {
    std::optional<member_lock> lock;  // none in memory, which nobody else can reach
    bool runs_orchestrations = true;
    std::uint64_t joins_seen = 0;  // when it was found alone; 0: it has company
    steady::time_point last_heartbeat_at{};
  };

  std::uint64_t joins(const member& record) const DUROXIDE_REQUIRES(mutex_) {
    return record.lock ? record.lock->joins() : joins_;
  }
  std::vector<std::uint64_t> dead_members(database& db, std::uint64_t node, const member& record) const;
  static std::vector<owned_shard> take_free_shards(database& db, std::uint64_t node, member& record);
  bool has_company(std::uint64_t node, member& record) DUROXIDE_REQUIRES(mutex_);

  const std::shared_ptr<store> store_;
  detail::mutex mutex_;
  std::map<std::uint64_t, member> members_ DUROXIDE_GUARDED_BY(mutex_);
  std::uint64_t joins_ DUROXIDE_GUARDED_BY(mutex_) = 0;  // by this object
};

}  // namespace duroxide::persistence::sqlite
