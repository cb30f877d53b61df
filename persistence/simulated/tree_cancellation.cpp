#include "persistence/simulated/tree_cancellation.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

namespace {

bool is_told(const instance_row& row) {
  return std::ranges::any_of(
      row.inbox, [](const auto& each) { return each.second.content.kind == message_kind::cancel; });
}

}  // namespace

std::string cancel_tree(tables& rows, const author& origin, const persistence::tree_cancellation& what,
                        const std::string& position) {
  const auto& all = rows.instances.by_key();
  if (const auto root = all.find(what.root); root != all.end() && root->second->is_running()) return {};
  const auto place = persistence::tree_position::from(position, what.root);
  message cancel;
  cancel.kind = message_kind::cancel;
  cancel.data = what.reason;
  cancel.visible_at = what.requested_at;
  std::uint64_t last = 0;
  std::size_t passed = 0;
  for (auto each = all.upper_bound(place.after); each != all.end() && passed < place.step; ++each) {
    const instance_row& row = *each->second;
    if (to_string(row.status) != place.status) continue;
    ++passed;
    last = row.key;
    if (row.root != what.root || is_told(row)) continue;
    cancel.instance = row.id;
    post_message(rows, origin, {cancel, 0}, what.requested_at);
  }
  return place.next(last, what.root);
}

}  // namespace duroxide::internal::simulated
