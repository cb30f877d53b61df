#include "actors/activity/asynchronous_runs.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "actors/activity/activity_claims.hpp"
#include "actors/activity/asynchronous_run.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

constexpr duration between_looks_at_places{50};

// Other nodes should have what takes so long at least that it is worth the statements that it costs to give it away;
// see worker_pace.cpp.
constexpr duration worth_giving_a_place_up{1};

// While there are other nodes, one for each place waits here, and no more than so many: enough that places are taken
// again at once while the others claim the rest.
constexpr std::size_t most_kept_waiting = 64;

std::size_t kept_waiting(const asynchronous_line& line) { return std::min(line.places(), most_kept_waiting); }

}  // namespace

asynchronous_runs::asynchronous_runs(activity_pool_self::base& pool, const context_ptr& context,
                                     std::shared_ptr<const worker_setting> setting, activity_table& table)
    : pool_(pool), context_(context), setting_(std::move(setting)), table_(table),
      line_(setting_->asynchronous_limit, setting_->counters) {}

void asynchronous_runs::run(stored_activity activity, bool claimed,
                            const std::shared_ptr<runtime_activity_services>& services) {
  services_ = services;
  const bool is_builtin = activity.name.starts_with(duroxide::detail::reserved_name_prefix);
  if (is_builtin || (!stopped_ && line_.enter(activity.key))) return start(std::move(activity), claimed);
  table_.await_place(activity.key);
  if (stopped_) return;
  line_.push(std::move(activity), claimed);
  watch();
}

// Its shard may have been given up while it waited.
void asynchronous_runs::start(stored_activity activity, bool claimed) {
  const registered_activity* handler = setting_->handlers->find_activity(activity.name);
  std::stop_source cancelled = table_.run_asynchronously(activity.key);
  const bool is_claimed = claimed || table_.is_claimed(activity.key);
  start_asynchronous_run(
      {handler->start, std::move(activity), is_claimed, std::move(cancelled), services_, setting_}, pool_);
}

void asynchronous_runs::start_next() {
  while (!stopped_) {
    std::optional<waiting_activity> next = line_.next();
    if (!next) return;
    start(std::move(next->activity), next->claimed);
  }
}

void asynchronous_runs::note_cancelled(const activity_key& key) {
  line_.note_cancelled(key);
  if (line_.is_stopping(key))
    pool_.delayed_send(&pool_, context_->options.activity_cancellation_grace_period, abandoned_atom::value,
                       key);
}

bool asynchronous_runs::end(const activity_key& key) {
  if (!line_.leave(key)) return false;
  start_next();
  return true;
}

bool asynchronous_runs::abandon(const activity_key& key) { return line_.is_stopping(key) && end(key); }

void asynchronous_runs::watch() {
  if (is_watching_ || stopped_ || line_.waiting() <= kept_waiting(line_)) return;
  is_watching_ = true;
  seen_ = line_.left();
  pool_.delayed_send(&pool_, between_looks_at_places, places_atom::value);
}

// All places were taken in all that time, so that the number of those that were given up tells how long one is kept.
bool asynchronous_runs::look() {
  is_watching_ = false;
  const std::uint64_t ended = line_.left() - seen_;
  const bool take_long = ended / (between_looks_at_places / worth_giving_a_place_up) <= line_.places();
  const bool given_away = take_long && *context_->has_company && give_away();
  watch();
  return given_away;
}

// What was claimed was not this node's own, and there is little of it.
bool asynchronous_runs::give_away() {
  std::vector<activity_key> keys =
      line_.take_back(kept_waiting(line_), [this](const waiting_activity& waiting) {
        return !waiting.claimed && !table_.is_claimed(waiting.activity.key);
      });
  if (keys.empty()) return false;
  for (const activity_key& key : keys) table_.end_waiting_for_place(key);
  release_in_parts(pool_, *context_, std::move(keys));
  return true;
}

void asynchronous_runs::stop() {
  stopped_ = true;
  line_.drop_waiting();
}

void asynchronous_runs::clear() {
  stopped_ = true;
  line_.clear();
  services_.reset();
  setting_.reset();
}

}  // namespace duroxide::internal
