#include "runtime/instance_values.hpp"

#include "duroxide/limits.hpp"

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

bool instance_values::has_room_for(const label_change& change) const {
  return change.is_removed || labels.size() < limits::labels || labels.contains(change.wanted.name);
}

void instance_values::apply(const label_change& change) {
  if (change.is_removed)
    labels.erase(change.wanted.name);
  else
    labels.insert_or_assign(change.wanted.name, change.wanted);
}

std::vector<label> instance_values::all_labels() const {
  std::vector<label> all;
  for (const auto& [name, each] : labels) all.push_back(each);
  return all;
}

std::vector<label_change> instance_values::changes_of_labels(const std::set<std::string>& names) const {
  std::vector<label_change> changes;
  for (const std::string& name : names) {
    const auto found = labels.find(name);
    const bool is_removed = found == labels.end();
    changes.push_back({is_removed ? label{name, {}} : found->second, is_removed});
  }
  return changes;
}

std::string instance_values::text() const {
  std::string all;
  if (custom_status) all += " custom status '" + *custom_status + "'";
  for (const auto& [key, entry] : kv)
    all += " key '" + key + "' = '" + entry.value + "' of " +
           std::to_string(entry.updated_at.time_since_epoch().count());
  for (const auto& [name, each] : labels)
    all += " label '" + name + "' = " + std::string(to_string(each.type)) + " '" + each.value + "'";
  return all;
}

}  // namespace duroxide::internal
