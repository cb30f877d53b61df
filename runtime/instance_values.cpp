#include "runtime/instance_values.hpp"

namespace duroxide::internal {

std::vector<kv_entry> instance_values::entries() const {
  std::vector<kv_entry> all;
  for (const auto& [key, entry] : kv) all.push_back({key, entry.value, entry.updated_at});
  return all;
}

std::vector<kv_change> instance_values::changes_of(const std::set<std::string>& keys) const {
  std::vector<kv_change> changes;
  for (const std::string& key : keys) {
    const auto found = kv.find(key);
    if (found == kv.end())
      changes.push_back({key, std::nullopt, {}});
    else
      changes.push_back({key, found->second.value, found->second.updated_at});
  }
  return changes;
}

std::string instance_values::text() const {
  std::string all;
  if (custom_status) all += " custom status '" + *custom_status + "'";
  for (const auto& [key, entry] : kv)
    all += " key '" + key + "' = '" + entry.value + "' of " +
           std::to_string(entry.updated_at.time_since_epoch().count());
  return all;
}

}  // namespace duroxide::internal
