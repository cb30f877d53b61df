// What takes too long here goes to other nodes.
#include "duroxide/detail/reserved_names.hpp"
#include "actors/activity/activity_pool.hpp"
#include "actors/activity/builtin_activities.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

using pace_atom = caf::atom_constant<caf::atom("pace")>;

constexpr duration between_looks_at_pace{50};

// To give an activity away costs the store several statements, and the node that takes it a few more: more
// than to run one that is shorter than this.
constexpr duration worth_giving_away{1};

constexpr std::size_t most_at_once = 1000;

}  // namespace

caf::message_handler activity_pool::giving_behavior() {
  return {[this](pace_atom) { look_at_pace(); }};
}

// While more wait than keeps the workers busy for a while, since others may come at any time; and, while this
// node gives away, whatever comes, since it may be short.
void activity_pool::watch_pace() {
  if (watches_pace_) return;
  if (!*context_->gives_away && workers_->queue().waiting() <= context_->enough_activities()) return;
  watches_pace_ = true;
  seen_ = workers_->queue().so_far();
  delayed_send(this, between_looks_at_pace, pace_atom::value);
}

// An activity that has not ended in all that time is a long one too.
void activity_pool::look_at_pace() {
  watches_pace_ = false;
  const work_queue::pace now = workers_->queue().so_far();
  const std::uint64_t finished = now.finished - seen_.finished;
  if (finished != 0)
    *context_->gives_away = now.busy - seen_.busy >= finished * worth_giving_away;
  else if (workers_->queue().running() != 0)
    *context_->gives_away = true;
  if (*context_->gives_away && *context_->has_company) give_away();
  if (workers_->queue().waiting() > context_->enough_activities()) watch_pace();
}

// What was claimed was not this node's own, and there is little of it.
void activity_pool::give_away() {
  std::vector<activity_key> keys =
      workers_->queue().take_back(context_->enough_activities(), [this](const work& waiting) {
        return !waiting.tracked && !claimed_.contains(waiting.key) &&
               !waiting.identity.name.starts_with(duroxide::detail::reserved_name_prefix);
      });
  for (std::size_t i = 0; i < keys.size(); i += most_at_once) {
    const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(i + most_at_once, keys.size()));
    release({std::make_move_iterator(begin), std::make_move_iterator(end)});
  }
}

}  // namespace duroxide::internal
