// Claiming shared activities, and giving them back.
#pragma once

#include "persistence/postgres/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace duroxide::persistence::postgres {

// The claims of the nodes that use this object. When the connection is lost while a claim is being committed,
// nobody knows whether the activities are the node's; they are given back before it claims again. Any thread
// may call; members throw store_failure.
class claims {
public:
  explicit claims(std::shared_ptr<store> in) : store_(std::move(in)) {}

  std::vector<stored_activity> claim(std::uint64_t node, const activity_claim& wanted);
  void release(std::uint64_t node, const std::vector<activity_key>& keys);

private:
  void give_back_unheard(std::uint64_t node);

  const std::shared_ptr<store> store_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::vector<activity_key>> unheard_;
};

// Those of `keys` that the node does not have in its hands.
std::vector<activity_key> lost_activities(connection& on, std::uint64_t node,
                                          const std::vector<activity_key>& keys);

}  // namespace duroxide::persistence::postgres
