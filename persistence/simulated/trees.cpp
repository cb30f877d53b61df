#include "persistence/simulated/trees.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

namespace {

bool is_told(const instance_row& it) {
  return std::ranges::any_of(
      it.inbox, [](const auto& each) { return each.second.content.kind == message_kind::cancel; });
}

}  // namespace

std::string cancel_tree(tables& in, const author& by, const persistence::tree_cancellation& what,
                        const std::string& position) {
  const auto& all = in.instances_by_key();
  if (const auto root = all.find(what.root); root != all.end() && root->second->is_running()) return {};
  const auto at = persistence::tree_position::from(position, what.root);
  message cancel;
  cancel.kind = message_kind::cancel;
  cancel.data = what.reason;
  cancel.visible_at = what.requested_at;
  std::uint64_t last = 0;
  std::size_t passed = 0;
  for (auto each = all.upper_bound(at.after); each != all.end() && passed < at.step; ++each) {
    const instance_row& it = *each->second;
    if (to_string(it.status) != at.status) continue;
    ++passed;
    last = it.key;
    if (it.root != what.root || is_told(it)) continue;
    cancel.instance = it.id;
    post_message(in, by, {cancel, 0}, what.requested_at);
  }
  return at.next(last, what.root);
}

}  // namespace duroxide::internal::simulated
