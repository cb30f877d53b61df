#include "persistence/postgres/membership.hpp"

#include "persistence/fenced.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::persistence::postgres {

membership::~membership() {
  for (const auto& [node, as] : members_) store_->seen().disappear(node);
}

membership::member& membership::require(std::uint64_t node) {
  const auto found = members_.find(node);
  if (found == members_.end()) throw_fenced(node);
  return found->second;
}

void membership::tell_all() {
  store_->seen().members_changed();  // other members may be of this process
  store_->notifications().members_changed();
  store_->tell({{}, true});
}

// One statement, which is a sign of life as well. A server that has just come up has nobody's locks, and the
// sessions of those who joined before are on their way back.
membership::census membership::look(connection& on, std::uint64_t node, const node_load& load,
                                    bool has_joined) {
  auto row =
      on.run("with sign as (update nodes set last_seen_at = (extract(epoch from now()) * 1000)::bigint, "
             "resident_instances = $4, queued_activities = $5, running_activities = $6 "
             "where id = $1 and state = 'alive') "
             "select n.id, n.runs_orchestrations, n.last_seen_at, l.objid is null and "
             "(pg_postmaster_start_time() < now() - $3::bigint * interval '1 ms' or "
             "pg_postmaster_start_time() < to_timestamp(n.started_at / 1000.0)), "
             "(select count(*) from shards where shards.node is null) "
             "from nodes n left join pg_locks l on l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
             "and l.classid = $2::bigint::oid and l.objid = n.id::oid "
             "and l.database = (select oid from pg_database where datname = current_database()) "
             "where n.state = 'alive' order by n.id",
             static_cast<std::int32_t>(node),
             static_cast<std::int64_t>(static_cast<std::uint32_t>(store_->lock_class())),
             static_cast<std::int64_t>(limits_.return_within.count()), load.resident_instances,
             load.queued_activities, load.running_activities);
  census there;
  bool is_member = false;
  const auto now = steady::now();
  const auto unbroken = store_->seen().unbroken_for();
  std::map<std::uint64_t, observation> seen;
  while (row.next()) {
    std::uint64_t id = 0;
    bool owner = false;
    bool gone = false;
    observation is{0, now};
    row.into(id, owner, is.sign, gone, there.free_shards);
    if (id != node) {
      const auto known = others_.find(id);
      if (known != others_.end() && known->second.sign == is.sign)
        is.since = std::max(known->second.since, now - unbroken);
      const bool has_left = gone && unbroken > limits_.return_within;
      const bool is_dead = has_left || now - is.since > limits_.hangs_after;
      (is_dead ? there.dead : there.living).push_back(id);
      seen.emplace(id, is);
      if (is_dead) continue;
    }
    is_member = is_member || id == node;
    if (owner) ++there.owners;
  }
  if (has_joined && !is_member) throw_fenced(node);
  others_ = std::move(seen);
  return there;
}

// As many for each as all need to be owned, so that shares differ by little and nothing is moved without
// need.
std::size_t membership::share_of(const member& as, std::size_t owners) const {
  if (!as.runs_orchestrations) return 0;
  return (store_->shard_count() + owners - 1) / std::max<std::size_t>(1, owners);
}

// Those that it did not know of.
std::vector<owned_shard> membership::read_new_shards(connection& on, std::uint64_t node,
                                                     const member& as) const {
  std::vector<owned_shard> shards;
  auto row = on.run("select shard, tenure, after_crash from shards where node = $1 order by shard",
                    static_cast<std::int32_t>(node));
  while (row.next()) {
    owned_shard& each = shards.emplace_back();
    row.into(each.shard, each.tenure, each.after_crash);
  }
  store_->known().look(on);
  std::erase_if(shards, [&](const owned_shard& each) { return as.shards.contains(each.shard); });
  return shards;
}

// Before the expiry: whoever is lost in between is found again, and what is done twice does no harm.
void membership::end_listeners(connection& on, const std::vector<std::uint64_t>& dead) const {
  if (dead.empty()) return;
  on.run("select end_listeners_v5($1::bigint[]::integer[], $2)", dead,
         static_cast<std::int64_t>(static_cast<std::uint32_t>(store_->lock_class())));
}

// A sequence that has gone back with its server may give one again that this process has had; what comes too
// late for that one must not be taken for the new one's.
std::uint64_t membership::next_id(connection& on) {
  std::uint64_t id = 0;
  while (id <= last_id_)
    id = on.value<std::uint64_t>("select nextval(pg_get_serial_sequence('nodes', 'id'))");
  return last_id_ = id;
}

node_membership membership::join(const node_offer& offer) {
  const detail::lock_guard joining(mutex_);
  member made;
  made.runs_orchestrations = offer.runs_orchestrations;
  node_membership joined;
  joined.shard_count = store_->shard_count();
  const auto on = store_->writing();
  try {
    joined.node = next_id(*on);
    store_->seen().appear(joined.node);  // before anybody can read of it
    census there = look(*on, joined.node, {}, false);
    if (made.runs_orchestrations) ++there.owners;
    end_listeners(*on, there.dead);
    on->run("select join_v5($1, $2, $3, $4, $5, $6::bigint[]::integer[], $7::bigint[]::integer[], $8)",
            static_cast<std::int32_t>(joined.node), offer.name, offer.runs_orchestrations,
            offer.orchestrations, offer.activities,
            std::vector<std::uint64_t>(offer.history_formats.begin(), offer.history_formats.end()),
            there.dead, static_cast<std::int64_t>(share_of(made, there.owners)));
    started_at_[joined.node] = on->value<std::int64_t>("select started_at from nodes where id = $1",
                                                       static_cast<std::int32_t>(joined.node));
    store_->known().joined(joined.node, *on);
    joined.shards = read_new_shards(*on, joined.node, made);
  } catch (const store_failure&) {
    if (joined.node != 0) store_->seen().disappear(joined.node);
    throw;
  }
  for (const owned_shard& each : joined.shards) made.shards.emplace(each.shard, each.tenure);
  members_.emplace(joined.node, std::move(made));
  tell_all();
  return joined;
}

heartbeat_result membership::heartbeat(std::uint64_t node, const node_load& load) {
  const detail::lock_guard heartbeat(mutex_);
  member& as = require(node);
  const auto on = store_->writing();
  store_->known().require(node, *on);
  const std::uint64_t news_before = store_->seen().members_news();
  const census there = look(*on, node, load, true);
  const std::size_t share = share_of(as, there.owners);
  const bool may_take = as.shards.size() < share && (there.free_shards > 0 || !there.dead.empty());
  heartbeat_result brought;
  if (!there.dead.empty() || as.in_doubt || may_take) {
    bool news = true;  // it may have ended somebody before, without hearing of it
    end_listeners(*on, there.dead);
    const bool was_in_doubt = std::exchange(as.in_doubt, true);
    std::vector<std::int64_t> ended;
    {
      auto row = on->run("select take_shards_v5($1, $2::bigint[]::integer[], $3)::bigint[]",
                         static_cast<std::int32_t>(node), there.dead, static_cast<std::int64_t>(share));
      if (row.next()) row.into(ended);
    }
    brought.gained = read_new_shards(*on, node, as);
    as.in_doubt = false;
    if (!was_in_doubt) news = !ended.empty();
    for (const owned_shard& each : brought.gained) as.shards.emplace(each.shard, each.tenure);
    if (news) tell_all();
  }
  if (as.shards.size() > share) brought.surplus = as.shards.size() - share;
  as.last_heartbeat_at = steady::now();
  as.news_at_heartbeat = news_before;
  watch_over_next(node, as, there);
  store_->finish_migration(*on);
  return brought;
}

// Of the living, the one with the next id: so everybody is watched over by somebody. One that is dead is
// expired by now, or by whoever was faster.
void membership::watch_over_next(std::uint64_t node, member& as, const census& there) {
  if (there.living.empty()) return as.watch_over_next.reset();
  if (!as.watch_over_next)
    as.watch_over_next =
        std::make_unique<peer_death_watcher>([in = store_] { return in->connect(); }, store_->lock_class(),
                                             [in = store_.get()] { in->seen().members_changed(); });
  const auto next = std::ranges::upper_bound(there.living, node);
  as.watch_over_next->watch(next != there.living.end() ? *next : there.living.front());
}

// What is still running of its activities stays with the node; its outcome is accepted as that of one
// that was claimed. May be done twice: whoever owns a shard by then is left alone.
void membership::release(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  const detail::lock_guard releasing(mutex_);
  member& as = require(node);
  const std::vector<std::uint64_t> numbers(shards.begin(), shards.end());
  store_->write_again([&](connection& on) {
    store_->known().require(node, on);
    on.run("select release_shards_v5($1, $2)", static_cast<std::int32_t>(node), numbers);
    store_->known().look(on);
  });
  for (const std::uint32_t each : shards) as.shards.erase(each);
  tell_all();
}

// In a store that has lost its last commits the node may not be known, or its number be another node's. Shards
// that are given up one by one are known still to come from a dead node, others are not.
void membership::leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) {
  const detail::lock_guard leaving(mutex_);
  members_.erase(node);
  const auto began = started_at_.find(node);
  const auto id = static_cast<std::int32_t>(node);
  const std::int64_t started_at = began != started_at_.end() ? began->second : 0;
  const std::vector<std::uint64_t> given_up(suspect.begin(), suspect.end());
  try {
    const auto on = store_->writing();
    if (!given_up.empty())
      on->run(
          "select release_shards_v5(id, $3) from nodes where id = $1 and state = 'alive' and started_at = "
          "coalesce(nullif($2::bigint, 0), started_at)",
          id, started_at, given_up);
    on->run("select leave_v5(id) from nodes where id = $1 and started_at = "
            "coalesce(nullif($2::bigint, 0), started_at)",
            id, started_at);
  } catch (const store_failure&) {
    // Without its lock it is as good as dead: whoever looks next expires it, and so fences it.
    store_->seen().disappear(node);
    throw;
  }
  started_at_.erase(node);
  store_->known().left(node);
  store_->seen().disappear(node);
  tell_all();
}

std::optional<duration> membership::next_heartbeat_in(std::uint64_t node) {
  const detail::lock_guard looking(mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) return std::nullopt;
  if (store_->known().has_lost(node)) return duration(0);  // `heartbeat` says so
  if (!has_company(node, found->second)) return std::nullopt;
  const member& as = found->second;
  const std::uint64_t news = store_->seen().members_news();
  if (as.in_doubt || (news != 0 && as.news_at_heartbeat != news)) return duration(0);
  const auto due = as.last_heartbeat_at + limits_.between_signs;
  return std::max(duration(0), std::chrono::ceil<duration>(due - steady::now()));
}

bool membership::has_company(std::uint64_t node, member& as) {
  try {
    const std::uint64_t news = store_->seen().members_news();
    if (news != 0 && as.news_when_asked == news) return as.had_company;
    as.had_company = store_->read([&](connection& on) {
      return on.value<bool>("select exists (select 1 from shards where node is null) or "
                            "exists (select 1 from nodes where state = 'alive' and id <> $1)",
                            static_cast<std::int32_t>(node));
    });
    as.news_when_asked = news;
    return as.had_company;
  } catch (const store_failure&) {
    return true;  // `heartbeat` finds out what it is
  }
}

}  // namespace duroxide::persistence::postgres
