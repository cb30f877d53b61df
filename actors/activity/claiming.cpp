// The pool's dealings with the store: activities that any node may run.
#include "actors/activity/activity_pool.hpp"
#include "actors/activity/builtin_activities.hpp"
#include "actors/activity/messages.hpp"
#include "actors/clock.hpp"
#include "actors/host/messages.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace duroxide::internal {

namespace {

using release_atom = caf::atom_constant<caf::atom("release")>;

constexpr duration after_failure = std::chrono::seconds(1);
constexpr std::size_t most_claimed = 1000;
constexpr duration soon_empty{20};
constexpr duration long_full{100};

activity_claim claim_for(const node_context& all, std::size_t limit) {
  const runtime_options& options = all.options;
  activity_claim wanted;
  wanted.share = fair_share(limit);
  wanted.names = offered_activities(*all.handlers);
  wanted.untagged = options.worker_tag_filter.accepts_untagged();
  wanted.any_tag = options.worker_tag_filter.accepts_any_tag();
  wanted.tags = options.worker_tag_filter.accepted_tags();
  wanted.limit = limit;
  wanted.max_sessions = options.max_sessions_per_runtime;
  wanted.session_owner = options.worker_node_id;
  wanted.session_idle_timeout = options.session_idle_timeout;
  wanted.session_lock_timeout = options.session_lock_timeout;
  wanted.now = wall_clock_now();
  return wanted;
}

// A store may count twice as many bytes, as it has encoded them.
bool may_be_cut_short(const std::vector<stored_activity>& claimed) {
  std::size_t bytes = 0;
  for (const stored_activity& each : claimed) bytes += each.input.size();
  return bytes >= limits::batch_bytes / 4;
}

}  // namespace

caf::message_handler activity_pool::claiming_behavior() {
  return {
      [this](wake_atom) { look_at_store(); },
      [this](look_atom) {
        will_look_again_ = false;
        look_again_ = true;
        claim();
      },
      [this](again_atom, stored_activity& late) { take_one(std::move(late)); },
      [this](activities_claimed& answer) { take(std::move(answer)); },
      [this](activities_not_released& again) {
        delayed_send(this, after_failure, release_atom::value, again);
      },
      [this](release_atom, activities_not_released& again) { release(std::move(again.keys)); },
      [this](shards_given_up& m) { give_up(m.shards); },
      [this](activities_lost& answer) {
        for (const auto& key : answer.keys) cancel(key);
      },
  };
}

// Enough that no worker waits for the store between two activities. What holds no worker counts little: it
// may wait for long, for what another activity does. Large inputs are claimed while the workers need them.
std::size_t activity_pool::room() const {
  if (claimed_bytes_ >= context_->options.activity_queue_bytes &&
      claimed_.size() >= context_->options.worker_concurrency)
    return 0;
  std::size_t most = std::max(in_hand_, 2 * context_->options.worker_concurrency);
  std::size_t for_workers = on_workers_ < most ? most - on_workers_ : 0;
  std::size_t at_all = claimed_.size() < most_claimed ? most_claimed - claimed_.size() : 0;
  return std::min(for_workers, at_all);
}

void activity_pool::look_at_store() {
  if (!context_) return;
  look_again_ = true;
  ask_for_lost();
  claim();
  look_later();
}

// What a dead node's name reserves is free then, and nothing else tells of it.
void activity_pool::look_later() {
  if (std::exchange(will_look_again_, true)) return;
  delayed_send(this, context_->options.session_lock_timeout + duration(1000), look_atom::value);
}

void activity_pool::claim() {
  const runtime_options& options = context_->options;
  if (claiming_ || drained_ || !look_again_ || room() == 0 || options.worker_tag_filter.accepts_nothing())
    return;
  activity_claim wanted = claim_for(*context_, room());
  if (wanted.names.empty()) return;
  claiming_ = true;
  look_again_ = false;
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor,
       ask_store{[self, wanted, node = context_->membership.node,
                  around = caf::actor_cast<caf::actor_addr>(context_->node)](provider& store) {
         activities_claimed answer;
         if (auto found = store.claim_activities(node, wanted)) {
           answer.activities = *std::move(found);
           answer.more = answer.activities.size() == wanted.limit || may_be_cut_short(answer.activities);
         } else if (found.error().certainty == commit_certainty::unknown ||
                    found.error().certainty == commit_certainty::fenced ||
                    found.error().kind == error_kind::store_gone) {
           // Some may be this node's now, and nobody here knows which: they are free again when it has left.
           if (auto to = caf::actor_cast<caf::actor>(around))
             caf::anon_send(to, lost_ownership{node, found.error()});
         } else if (found.error().certainty == commit_certainty::not_done) {
           answer.failed = true;
           log_warning("duroxide: activities cannot be claimed now: {}", found.error().message);
         }
         if (auto pool = caf::actor_cast<caf::actor>(self)) caf::anon_send(pool, std::move(answer));
       }});
}

// Short activities are claimed in larger numbers: as many as are worked off between `soon_empty` and
// `long_full`. More would keep them from other nodes.
void activity_pool::adapt_to_pace() {
  const steady_time now = steady_now();
  const duration took = std::chrono::duration_cast<duration>(now - std::exchange(last_full_claim_, now));
  if (took < soon_empty)
    in_hand_ = std::min(2 * std::max(in_hand_, context_->options.worker_concurrency), most_claimed);
  if (took > long_full) in_hand_ /= 2;
}

void activity_pool::take(activities_claimed answer) {
  claiming_ = false;
  if (answer.more) adapt_to_pace();
  look_again_ = look_again_ || answer.more;
  if (answer.failed) delayed_send(this, after_failure, wake_atom::value);
  for (stored_activity& each : answer.activities) take_one(std::move(each));
  claim();
}

void activity_pool::take_one(stored_activity activity) {
  const std::size_t bytes = activity.input.size();
  if (!claimed_.try_emplace(activity.key, claimed{activity.session, false, bytes}).second) {
    // One of an instance that was replaced: the one before was lost without our having noticed.
    cancel(activity.key);
    delayed_send(this, after_failure, again_atom::value, std::move(activity));
    return;
  }
  claimed_bytes_ += bytes;
  bool one_by_one = activity.session && context_->options.worker_node_id.empty();
  if (!one_by_one || sessions_.enter(*activity.session, activity)) submit(std::move(activity), true);
}

void activity_pool::track(const activity_key& key) {
  auto [at, added] = claimed_.try_emplace(key);
  if (added && workers_->queue().contains(key)) {
    at->second.on_worker = true;
    ++on_workers_;
  }
}

// What is parked for want of a handler is the next owner's business.
void activity_pool::give_up(const std::vector<std::uint32_t>& shards) {
  const auto concerns = [&](const activity_key& key) {
    return std::ranges::find(shards, context_->shard_of_instance(key.instance)) != shards.end();
  };
  for (const activity_key& key : workers_->queue().keys())
    if (concerns(key)) track(key);
  for (const auto& [key, cancelled] : elsewhere_)
    if (concerns(key)) track(key);
  std::erase_if(parked_, concerns);
}

void activity_pool::finish_tracked(const activity_key& key) {
  auto at = claimed_.find(key);
  if (at == claimed_.end()) return;
  std::optional<std::string> session = std::move(at->second.session);
  if (at->second.on_worker) --on_workers_;
  claimed_bytes_ -= at->second.bytes;
  claimed_.erase(at);
  if (session) look_again_ = true;  // another one, that was not there for want of room, may be there now
  if (session && context_->options.worker_node_id.empty() && !sessions_.forget(*session, key))
    if (auto next = sessions_.leave(*session)) submit(*std::move(next), true);
  claim();
}

// Tried again until the store has it: nobody else would ever run them.
void activity_pool::release(std::vector<activity_key> keys) {
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor,
       ask_store{[self, keys = std::move(keys), node = context_->membership.node](provider& store) {
         auto released = store.release_activities(node, keys);
         auto pool = caf::actor_cast<caf::actor>(self);
         const bool again = !released && released.error().certainty != commit_certainty::fenced;
         if (again && pool) caf::anon_send(pool, activities_not_released{keys});
       }});
}

void activity_pool::ask_for_lost() {
  if (claimed_.empty()) return;
  std::vector<activity_key> keys;
  for (const auto& [key, how] : claimed_) keys.push_back(key);
  auto self = caf::actor_cast<caf::actor_addr>(this);
  send(context_->store_executor, ask_store{[self, keys, node = context_->membership.node](provider& store) {
         auto lost = store.lost_activities(node, keys);
         auto pool = caf::actor_cast<caf::actor>(self);
         if (lost && !lost->empty() && pool) caf::anon_send(pool, activities_lost{*std::move(lost)});
       }});
}

}  // namespace duroxide::internal
