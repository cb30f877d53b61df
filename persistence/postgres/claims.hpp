// Claiming claimable activities, and giving them back.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/postgres/epoch.hpp"
#include "persistence/postgres/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace duroxide::persistence::postgres {

// The claims of the nodes that use this object. A claim is one statement with a fence of its own, which gives
// keys; what they stand for is read afterwards. When the connection is lost on the way, the next claim finds
// out first what became of it: it begins a new epoch, which waits for the lost claim or defeats it, and what
// that took comes with its own answer. Any thread may call; members throw store_failure.
class claims {
public:
  explicit claims(std::shared_ptr<store> opened) : store_(std::move(opened)) {}

  std::vector<stored_activity> claim(std::uint64_t node, const activity_claim& wanted);
  void release(std::uint64_t node, const std::vector<activity_key>& keys);
  // The node has left.
  void forget(std::uint64_t node);

private:
  // Of one node; its claims come one after the other.
  struct claimant {
    detail::mutex mutex;
    std::optional<lane_position> position DUROXIDE_GUARDED_BY(mutex);  // none: it has not claimed yet
    bool in_doubt DUROXIDE_GUARDED_BY(mutex) = false;             // the answer to its last claim was lost
    std::vector<activity_key> unread DUROXIDE_GUARDED_BY(mutex);  // claimed, but not read yet
  };

  std::shared_ptr<claimant> claimant_of(std::uint64_t node) DUROXIDE_EXCLUDES(mutex_);
  void find_position(std::uint64_t node, claimant& holder) DUROXIDE_REQUIRES(holder.mutex);
  void ask_for_position(std::uint64_t node, claimant& holder) DUROXIDE_REQUIRES(holder.mutex);
  void take(std::uint64_t node, claimant& holder, const activity_claim& wanted)
      DUROXIDE_REQUIRES(holder.mutex);

  const std::shared_ptr<store> store_;
  detail::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<claimant>> claimants_ DUROXIDE_GUARDED_BY(mutex_);
};

// Those of `keys` that the node does not hold.
std::vector<activity_key> lost_activities(connection& db, lineage& known, std::uint64_t node,
                                          const std::vector<activity_key>& keys);

}  // namespace duroxide::persistence::postgres
