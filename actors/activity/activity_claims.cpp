#include "actors/activity/activity_claims.hpp"

#include "actors/activity/builtin_activities.hpp"
#include "actors/host/messages.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duroxide::internal {

namespace {

// So many are claimed at one time; and while asynchronous ones have all that, as many again for the workers.
constexpr std::size_t most_claimed = 1000;
constexpr std::size_t most_claimed_at_all = 2 * most_claimed;
constexpr std::size_t most_released = 1000;
constexpr duration soon_empty{20};
constexpr duration long_full{100};

// A store may count twice as many bytes, as it has encoded them.
bool may_be_cut_short(const std::vector<stored_activity>& claimed) {
  std::size_t bytes = 0;
  for (const stored_activity& each : claimed) bytes += each.input.size();
  return bytes >= limits::batch_bytes / 4;
}

// Claims in the store, and tells the pool. If nobody knows what the store has done, this node gives itself up:
// some may be its own now, and they are free again when it has left.
void claim_from(provider& store, std::uint64_t node, const activity_claim& wanted,
                const weak_actor<activity_pool_self>& pool, const weak_actor<node_actor>& owner) {
  activities_claimed answer;
  if (auto found = store.claim_activities(node, wanted)) {
    answer.activities = *std::move(found);
    answer.more = answer.activities.size() == wanted.limit || may_be_cut_short(answer.activities);
  } else if (found.error().certainty == commit_certainty::unknown ||
             found.error().certainty == commit_certainty::fenced ||
             found.error().kind == error_kind::store_gone) {
    owner.send(lost_ownership{node, found.error()});
  } else if (found.error().certainty == commit_certainty::not_done) {
    answer.failed = true;
    log_warning("duroxide: activities cannot be claimed now: {}", field("error", found.error().message),
                field("node", node));
  }
  pool.send(std::move(answer));
}

}  // namespace

void activity_claims::check_store() {
  note_unseen();
  ask_for_lost();
  ask();
  look_later();
}

void activity_claims::check_store_again() {
  will_look_ = false;
  note_unseen();
  ask();
}

// What a dead node's name reserves is free then, and nothing else tells of it.
void activity_claims::look_later() {
  if (std::exchange(will_look_, true)) return;
  const duration wait = context_->options.session_lock_timeout + duration(1000);
  pool_.delayed_send(&pool_, wait, look_atom::value);
}

void activity_claims::ask() {
  if (is_asking_ || stopped_ || !(unseen_.blocking || unseen_.asynchronous)) return;
  const free_room free = room();
  const kinds now = next_question(free);
  if (!(now.blocking || now.asynchronous) || context_->options.worker_tag_filter.accepts_nothing()) return;
  activity_claim wanted = claim_for(now, free);
  if (wanted.names.empty()) return;
  is_asking_ = true;
  asked_ = now;
  if (now.blocking) unseen_.blocking = false;
  if (now.asynchronous) unseen_.asynchronous = false;
  auto ask_now = [wanted = std::move(wanted), node = context_->membership.node,
                  pool = weak_actor<activity_pool_self>(&pool_), owner = weak_actor(context_->node)](
                     provider& store) { claim_from(store, node, wanted, pool, owner); };
  pool_.send(context_->store_executor, ask_store{std::move(ask_now)});
}

void activity_claims::note(const activities_claimed& answer) {
  is_asking_ = false;
  if (answer.more && asked_.blocking) adapt_to_pace();
  if (answer.more)
    unseen_ = {unseen_.blocking || asked_.blocking, unseen_.asynchronous || asked_.asynchronous};
  if (answer.failed) pool_.delayed_send(&pool_, before_next_claim, wake_atom::value);
}

// Both kinds at once while the places are many, else in turns: workers need more at a time than a few places.
activity_claims::kinds activity_claims::next_question(const free_room& free) const {
  kinds wanted{unseen_.blocking && free.on_workers > 0, unseen_.asynchronous && free.asynchronous > 0};
  if (wanted.blocking && wanted.asynchronous && free.asynchronous < free.on_workers)
    (asked_.blocking ? wanted.blocking : wanted.asynchronous) = false;
  return wanted;
}

// What there is room for is asked for alone, so that neither kind is claimed in the place of the other. An activity of
// either kind may come if both are asked for: then there is room for as many of each.
activity_claim activity_claims::claim_for(const kinds& wanted, const free_room& free) const {
  const runtime_options& options = context_->options;
  activity_claim claim;
  claim.limit = most_claimed;
  if (wanted.blocking) claim.limit = std::min(claim.limit, free.on_workers);
  if (wanted.asynchronous) claim.limit = std::min(claim.limit, free.asynchronous);
  claim.share = fair_share(claim.limit);
  claim.names = offered_activities(*context_->handlers);
  std::erase_if(claim.names, [&](const std::string& name) {
    const bool is_asynchronous = static_cast<bool>(context_->handlers->find_activity(name)->start);
    return !(is_asynchronous ? wanted.asynchronous : wanted.blocking);
  });
  claim.untagged = options.worker_tag_filter.accepts_untagged();
  claim.any_tag = options.worker_tag_filter.accepts_any_tag();
  claim.tags = options.worker_tag_filter.accepted_tags();
  claim.max_sessions = options.max_sessions_per_runtime;
  claim.session_owner = options.worker_node_id;
  claim.session_idle_timeout = options.session_idle_timeout;
  claim.session_lock_timeout = options.session_lock_timeout;
  claim.now = wall_clock_now();
  return claim;
}

// Enough that no worker waits for the store between two activities, and as many asynchronous ones as can be
// started now. Those may wait for long, for what another activity does. Large inputs are claimed while the
// workers need them.
activity_claims::free_room activity_claims::room() const {
  const runtime_options& options = context_->options;
  if (options.worker_concurrency == 0) return {};
  if (table_.claimed_bytes() >= options.activity_queue_bytes &&
      table_.claimed() >= options.worker_concurrency)
    return {};
  const auto rest_of = [this](std::size_t most) { return most - std::min(most, table_.claimed()); };
  const std::size_t most = std::max(worked_off_soon_, 2 * options.worker_concurrency);
  const std::size_t for_workers = most - std::min(most, table_.claimed_on_workers());
  return {std::min(for_workers, rest_of(most_claimed_at_all)),
          std::min(places_.free_places(), rest_of(most_claimed))};
}

// Short activities are claimed in larger numbers: as many as are worked off between `soon_empty` and
// `long_full`. More would keep them from other nodes.
void activity_claims::adapt_to_pace() {
  const steady_time now = steady_now();
  const auto took = std::chrono::duration_cast<duration>(now - std::exchange(last_full_claim_, now));
  if (took < soon_empty)
    worked_off_soon_ =
        std::min(2 * std::max(worked_off_soon_, context_->options.worker_concurrency), most_claimed);
  if (took > long_full) worked_off_soon_ /= 2;
}

void activity_claims::ask_for_lost() {
  if (table_.claimed() == 0) return;
  auto ask_now = [keys = table_.claimed_keys(), node = context_->membership.node,
                  pool = weak_actor<activity_pool_self>(&pool_)](provider& store) {
    auto lost = store.lost_activities(node, keys);
    if (lost && !lost->empty()) pool.send(activities_lost{*std::move(lost)});
  };
  pool_.send(context_->store_executor, ask_store{std::move(ask_now)});
}

// Tried again until the store has it: nobody else would ever run them.
void release_activities(activity_pool_self::base& pool, const node_context& context,
                        std::vector<activity_key> keys) {
  auto release_now = [keys = std::move(keys), node = context.membership.node,
                      asker = weak_actor<activity_pool_self>(&pool)](provider& store) {
    auto released = store.release_activities(node, keys);
    const bool again = !released && released.error().certainty != commit_certainty::fenced;
    if (again) asker.send(activities_not_released{keys});
  };
  pool.send(context.store_executor, ask_store{std::move(release_now)});
}

void release_in_parts(activity_pool_self::base& pool, const node_context& context,
                      std::vector<activity_key> keys) {
  for (std::size_t i = 0; i < keys.size(); i += most_released) {
    const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(i + most_released, keys.size()));
    release_activities(pool, context, {std::make_move_iterator(begin), std::make_move_iterator(end)});
  }
}

}  // namespace duroxide::internal
