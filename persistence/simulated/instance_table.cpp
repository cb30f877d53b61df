#include "persistence/simulated/instance_table.hpp"

#include <algorithm>
#include <set>

namespace duroxide::internal::simulated {

instance_row* instance_table::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const instance_row* instance_table::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

const instance_table::rows_by_key& instance_table::children_of(const std::string& parent) const {
  static const rows_by_key none;
  const auto found = children_.find(parent);
  return found == children_.end() ? none : found->second;
}

bool instance_table::is_closed(std::uint64_t root) const {
  const auto found = by_key_.find(root);
  if (found == by_key_.end() || !found->second->is_running()) return true;
  return std::ranges::any_of(found->second->inbox, [](const auto& each) {
    const message& content = each.second.content;
    return content.kind == message_kind::cancel && content.name.empty();
  });
}

std::vector<std::pair<instance_row*, std::uint32_t>>
instance_table::family_of(const instance_row& root) const {
  std::vector<std::pair<instance_row*, std::uint32_t>> family{{by_key_.at(root.key), 0}};
  std::set<std::uint64_t> known{root.key};
  for (std::size_t begin = 0; begin < family.size();) {
    const std::uint32_t depth = family[begin].second;
    rows_by_key below;
    for (; begin < family.size() && family[begin].second == depth; ++begin)
      for (const auto& [key, child] : children_of(family[begin].first->id))
        if (known.insert(key).second) below.emplace(key, child);
    for (const auto& [key, child] : below) family.emplace_back(child, depth + 1);
  }
  return family;
}

instance_row& instance_table::insert(instance_row row) {
  std::string id = row.id;
  instance_row& inserted = by_id_.emplace(std::move(id), std::move(row)).first->second;
  inserted.key = ++last_key_;
  by_key_.emplace(inserted.key, &inserted);
  if (inserted.parent) children_[inserted.parent->instance].emplace(inserted.key, &inserted);
  return inserted;
}

void instance_table::erase(instance_row& row) {
  by_key_.erase(row.key);
  if (row.parent) {
    const auto siblings = children_.find(row.parent->instance);
    siblings->second.erase(row.key);
    if (siblings->second.empty()) children_.erase(siblings);
  }
  by_id_.erase(by_id_.find(row.id));
}

bool instance_table::has_consistent_indexes() const {
  std::size_t children = 0;
  for (const auto& [id, row] : by_id_) {
    const auto found = by_key_.find(row.key);
    if (found == by_key_.end() || found->second != &row) return false;
    if (!row.parent) continue;
    ++children;
    if (!children_of(row.parent->instance).contains(row.key)) return false;
  }
  std::size_t siblings = 0;
  for (const auto& [parent, rows] : children_) siblings += rows.size();
  return by_key_.size() == by_id_.size() && siblings == children;
}

}  // namespace duroxide::internal::simulated
