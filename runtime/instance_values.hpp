// What an instance shows to its clients: its custom status, its key-value store and its labels.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/label.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace duroxide::internal {

// As the code sees them, and as replay rebuilds them.
struct instance_values {
  std::optional<std::string> custom_status;
  detail::kv_map kv;
  detail::label_map labels;

  std::vector<kv_entry> entries() const;
  // What a store is told of these keys.
  std::vector<kv_change> changes_of(const std::set<std::string>& keys) const;
  // Whether there are not too many labels afterwards.
  bool has_room_for(const label_change& change) const;
  void apply(const label_change& change);
  std::vector<label> all_labels() const;
  std::vector<label_change> changes_of_labels(const std::set<std::string>& names) const;
  std::string text() const;
};

}  // namespace duroxide::internal
