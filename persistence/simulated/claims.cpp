#include "persistence/simulated/claims.hpp"

#include "persistence/claim_order.hpp"
#include "persistence/page_room.hpp"
#include "persistence/simulated/loading.hpp"
#include "persistence/simulated/membership.hpp"
#include "persistence/simulated/sessions.hpp"

#include <algorithm>
#include <map>

namespace duroxide::internal::simulated {

namespace {

bool fits(const stored_activity& it, const activity_claim& wanted) {
  if (std::ranges::find(wanted.names, it.name) == wanted.names.end()) return false;
  if (!it.tag) return wanted.untagged;
  return wanted.any_tag || std::ranges::find(wanted.tags, *it.tag) != wanted.tags.end();
}

// The activity, if it is held by the node.
activity_row* in_hands(tables& in, std::uint64_t node, const activity_key& key) {
  activity_row* it = in.find(key);
  return it != nullptr && node != nobody && it->owner == node ? it : nullptr;
}

}  // namespace

// The first time round each instance gets its share, the second time whatever is left.
std::vector<stored_activity> claim_activities(tables& in, std::uint64_t node, const activity_claim& wanted) {
  require_member(in, node);
  std::vector<stored_activity> claimed;
  session_claim sessions(in, node, wanted);
  persistence::page_room room(wanted.limit);
  bool met_sessions = false;
  const std::size_t share = wanted.share == 0 ? wanted.limit : wanted.share;
  for (const std::size_t at_most : {share, wanted.limit}) {
    std::map<std::uint64_t, std::size_t> taken;  // by life
    for (auto next = in.claimable().begin(); next != in.claimable().end() && !room.is_full();) {
      activity_row& it = **next++;  // it is not claimable any more once it is taken
      if (!fits(it.what, wanted) || taken[it.of->key] == at_most) continue;
      if (const auto& session = it.what.session) {
        met_sessions = true;
        if (!sessions.admits(*session)) continue;
        sessions.take(*session);
      }
      ++taken[it.of->key];
      in.change(it, [node](activity_row& now) { now.owner = node; });
      room.take(claimed.emplace_back(described(it)).input.size());
    }
  }
  if (met_sessions) sessions.forget_free_ones();
  persistence::sort_as_due(claimed);
  return claimed;
}

void release_activities(tables& in, std::uint64_t node, const std::vector<activity_key>& keys) {
  for (const activity_key& key : keys) {
    if (activity_row* it = in_hands(in, node, key); it != nullptr)
      in.change(*it, [](activity_row& freed) {
        freed.owner = nobody;
        freed.what.claimable = true;
      });
  }
}

std::vector<activity_key> lost_activities(const tables& in, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  std::vector<activity_key> lost;
  for (const activity_key& key : keys) {
    const activity_row* it = in.find(key);
    if (it == nullptr || it->owner != node) lost.push_back(key);
  }
  return lost;
}

std::uint64_t accept_outcome(tables& in, const author& by, const claimed_outcome& done) {
  activity_row* it = in_hands(in, by.node, done.key);
  if (it == nullptr) return 0;
  in.change(*it, [](activity_row& over) {
    over.finished = true;
    over.owner = nobody;
  });
  const timestamp at = done.outcome.visible_at;
  if (it->what.session) touch_session(in, by.whom, *it->what.session, at);
  return post_message(in, by, {done.outcome, 0}, at);
}

void note_progress(tables& in, const author& by, const activity_progress& said) {
  if (activity_row* it = in_hands(in, by.node, said.key); it != nullptr) {
    it->progress = said.details;
    it->progress_at = said.reported_at;
  }
}

}  // namespace duroxide::internal::simulated
