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

bool fits(const stored_activity& activity, const activity_claim& wanted) {
  if (std::ranges::find(wanted.names, activity.name) == wanted.names.end()) return false;
  if (!activity.tag) return wanted.untagged;
  return wanted.any_tag || std::ranges::find(wanted.tags, *activity.tag) != wanted.tags.end();
}

// The activity, if it is held by the node.
activity_row* in_hands(tables& rows, std::uint64_t node, const activity_key& key) {
  activity_row* activity = rows.find(key);
  return activity != nullptr && node != nobody && activity->owner == node ? activity : nullptr;
}

}  // namespace

// The first time round each instance gets its share, the second time whatever is left.
std::vector<stored_activity> claim_activities(tables& rows, std::uint64_t node,
                                              const activity_claim& wanted) {
  require_member(rows, node);
  std::vector<stored_activity> claimed;
  session_claim sessions(rows, node, wanted);
  persistence::page_room room(wanted.limit);
  bool met_sessions = false;
  const std::size_t share = wanted.share == 0 ? wanted.limit : wanted.share;
  for (const std::size_t at_most : {share, wanted.limit}) {
    std::map<std::uint64_t, std::size_t> taken;  // by life
    for (auto next = rows.activities.claimable().begin();
         next != rows.activities.claimable().end() && !room.is_full();) {
      activity_row& activity = **next++;  // it is not claimable any more once it is taken
      if (!fits(activity.what, wanted) || taken[activity.instance->key] == at_most) continue;
      if (const auto& session = activity.what.session) {
        met_sessions = true;
        if (!sessions.admits(*session)) continue;
        sessions.take(*session);
      }
      ++taken[activity.instance->key];
      rows.activities.change(activity, [node](activity_row& now) { now.owner = node; });
      room.take(claimed.emplace_back(described(activity)).input.size());
    }
  }
  if (met_sessions) sessions.forget_free_ones();
  persistence::sort_as_due(claimed);
  return claimed;
}

void release_activities(tables& rows, std::uint64_t node, const std::vector<activity_key>& keys) {
  for (const activity_key& key : keys) {
    if (activity_row* activity = in_hands(rows, node, key); activity != nullptr)
      rows.activities.change(*activity, [](activity_row& freed) {
        freed.owner = nobody;
        freed.what.claimable = true;
      });
  }
}

std::vector<activity_key> lost_activities(const tables& rows, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  std::vector<activity_key> lost;
  for (const activity_key& key : keys) {
    const activity_row* activity = rows.find(key);
    if (activity == nullptr || activity->owner != node) lost.push_back(key);
  }
  return lost;
}

std::uint64_t accept_outcome(tables& rows, const author& origin, const claimed_outcome& done) {
  activity_row* activity = in_hands(rows, origin.node, done.key);
  if (activity == nullptr) return 0;
  rows.activities.change(*activity, [](activity_row& over) {
    over.finished = true;
    over.owner = nobody;
  });
  const timestamp now = done.outcome.visible_at;
  if (activity->what.session) touch_session(rows, origin.concerned, *activity->what.session, now);
  return post_message(rows, origin, {done.outcome, 0}, now);
}

void note_progress(tables& rows, const author& origin, const activity_progress& progress) {
  if (activity_row* activity = in_hands(rows, origin.node, progress.key); activity != nullptr) {
    activity->progress = progress.details;
    activity->progress_at = progress.reported_at;
  }
}

}  // namespace duroxide::internal::simulated
