// Instances that their shard's owner cannot run, on their way to one that can.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/store.hpp"

#include <optional>

namespace duroxide::persistence::postgres {

// Answer relocate and is_runnable_elsewhere. Throw store_failure.
std::optional<std::uint32_t> relocate(store& opened, std::uint64_t node, const std::string& instance,
                                      const instance_needs& needs);
bool is_runnable_elsewhere(store& opened, std::uint64_t node, const instance_needs& needs);

}  // namespace duroxide::persistence::postgres
