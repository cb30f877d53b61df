// What an instance shows to its clients: its custom status and its key-value store.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/kv.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace duroxide::internal {

// As the code sees them, and as replay rebuilds them.
struct instance_values {
  std::optional<std::string> custom_status;
  detail::kv_map kv;

  std::vector<kv_entry> entries() const;
  // What a store is told of these keys.
  std::vector<kv_change> changes_of(const std::set<std::string>& keys) const;
  std::string text() const;
};

}  // namespace duroxide::internal
