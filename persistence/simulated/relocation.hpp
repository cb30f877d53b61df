// Instances that their shard's owner cannot run.
#pragma once

#include "persistence/simulated/listeners.hpp"
#include "persistence/simulated/tables.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal::simulated {

std::optional<std::uint32_t> relocate(tables& rows, news& concerned, std::uint64_t node,
                                      const std::string& instance, const instance_needs& needs);
bool is_runnable_elsewhere(const tables& rows, std::uint64_t node, const instance_needs& needs);

}  // namespace duroxide::internal::simulated
