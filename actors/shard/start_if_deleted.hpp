// Starting an instance that its owner knows already.
#pragma once

#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

namespace duroxide::internal {

// An operator may have deleted the instance, which its owner would not notice before its next turn. So only
// the store knows whether it exists. If it does, the caller is told; else the
// dispatcher, which outlives its instances, gets found_deleted.
void start_if_deleted(const deletion_asker& dispatcher, const store_executor_actor& store_executor,
                      start_here again);

}  // namespace duroxide::internal
