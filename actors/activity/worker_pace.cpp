#include "actors/activity/worker_pace.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "actors/activity/activity_claims.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

constexpr duration between_looks_at_pace{50};

// To give an activity away costs the store several statements, and the node that takes it a few more: more
// than to run one that is shorter than this.
constexpr duration worth_giving_away{1};

}  // namespace

// While this node gives away, whatever comes is watched, since it may be short.
void worker_pace::watch() {
  if (is_watching_) return;
  if (!*context_->gives_away && queue_.waiting() <= context_->enough_activities()) return;
  is_watching_ = true;
  seen_ = queue_.so_far();
  pool_.delayed_send(&pool_, between_looks_at_pace, pace_atom::value);
}

// An activity that has not ended in all that time is a long one too.
void worker_pace::look() {
  is_watching_ = false;
  const work_queue::pace now = queue_.so_far();
  const std::uint64_t finished = now.finished - seen_.finished;
  if (finished != 0)
    *context_->gives_away = now.busy - seen_.busy >= finished * worth_giving_away;
  else if (queue_.running() != 0)
    *context_->gives_away = true;
  if (*context_->gives_away && *context_->has_company) give_away();
  if (queue_.waiting() > context_->enough_activities()) watch();
}

// What was claimed was not this node's own, and there is little of it.
void worker_pace::give_away() {
  std::vector<activity_key> keys =
      queue_.take_back(context_->enough_activities(), [this](const work& waiting) {
        return !waiting.claimed && !table_.is_claimed(waiting.key) &&
               !waiting.identity.name.starts_with(duroxide::detail::reserved_name_prefix);
      });
  release_in_parts(pool_, *context_, std::move(keys));
}

}  // namespace duroxide::internal
