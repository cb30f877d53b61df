#include "persistence/postgres/membership.hpp"

#include "persistence/fenced.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::persistence::postgres {

membership::~membership() {
  for (const auto& [node, record] : members_) store_->seen().disappear(node);
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
// sessions of the members that joined before are on their way back.
membership::census membership::look(connection& db, std::uint64_t node, const node_load& load,
                                    bool has_joined) {
  auto row =
      db.run("with sign as (update nodes set last_seen_at = (extract(epoch from now()) * 1000)::bigint, "
             "resident_instances = $4, queued_activities = $5, running_activities = $6 "
             "where id = $1 and state = 'alive') "
             "select n.id, n.runs_orchestrations, n.last_seen_at, l.objid is null and "
             "(pg_postmaster_start_time() < now() - $3::bigint * interval '1 ms' or "
             "pg_postmaster_start_time() < to_timestamp(n.started_at / 1000.0)) as gone, "
             "(select count(*) from shards where shards.node is null) as free_shards "
             "from nodes n left join pg_locks l on l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
             "and l.classid = $2::bigint::oid and l.objid = n.id::oid "
             "and l.database = (select oid from pg_database where datname = current_database()) "
             "where n.state = 'alive' order by n.id",
             static_cast<std::int32_t>(node),
             static_cast<std::int64_t>(static_cast<std::uint32_t>(store_->lock_class())),
             static_cast<std::int64_t>(limits_.return_within.count()), load.resident_instances,
             load.queued_activities, load.running_activities);
  census found;
  bool is_member = false;
  const auto now = steady::now();
  const auto unbroken = store_->seen().unbroken_for();
  std::map<std::uint64_t, observation> observed;
  while (row.next()) {
    std::uint64_t id = 0;
    bool owner = false;
    bool gone = false;
    observation seen{0, now};
    row.read("id", id, "runs_orchestrations", owner, "last_seen_at", seen.sign, "gone", gone, "free_shards",
             found.free_shards);
    if (id != node) {
      const auto known = others_.find(id);
      if (known != others_.end() && known->second.sign == seen.sign)
        seen.since = std::max(known->second.since, now - unbroken);
      const bool has_left = gone && unbroken > limits_.return_within;
      const bool is_dead = has_left || now - seen.since > limits_.hangs_after;
      (is_dead ? found.dead : found.living).push_back(id);
      observed.emplace(id, seen);
      if (is_dead) continue;
    }
    is_member = is_member || id == node;
    if (owner) ++found.owners;
  }
  if (has_joined && !is_member) throw_fenced(node);
  others_ = std::move(observed);
  return found;
}

// As many for each as all need to be owned, so that shares differ by little and nothing is moved without
// need.
std::size_t membership::share_of(const member& record, std::size_t owners) const {
  if (!record.runs_orchestrations) return 0;
  return (store_->shard_count() + owners - 1) / std::max<std::size_t>(1, owners);
}

// Those that it did not know of.
std::vector<owned_shard> membership::read_new_shards(connection& db, std::uint64_t node,
                                                     const member& record) const {
  std::vector<owned_shard> shards;
  auto row = db.run("select shard, tenure, after_crash from shards where node = $1 order by shard",
                    static_cast<std::int32_t>(node));
  while (row.next()) {
    owned_shard& each = shards.emplace_back();
    row.read("shard", each.shard, "tenure", each.tenure, "after_crash", each.after_crash);
  }
  store_->known().look(db);
  std::erase_if(shards, [&](const owned_shard& each) { return record.shards.contains(each.shard); });
  return shards;
}

// Before the expiry: a node that is lost in between is found again, and what is done twice does no harm.
void membership::end_listeners(connection& db, const std::vector<std::uint64_t>& dead) const {
  if (dead.empty()) return;
  db.run("select end_listeners_v9($1::bigint[]::integer[], $2)", dead,
         static_cast<std::int64_t>(static_cast<std::uint32_t>(store_->lock_class())));
}

// A sequence that has gone back with its server may give one again that this process has had; what comes too
// late for that one must not be taken for the new one's.
std::uint64_t membership::next_id(connection& db) {
  std::uint64_t id = 0;
  while (id <= last_id_)
    id = db.value<std::uint64_t>("select nextval(pg_get_serial_sequence('nodes', 'id'))");
  return last_id_ = id;
}

node_membership membership::join(const node_offer& offer) {
  const detail::lock_guard joining(mutex_);
  member made;
  made.runs_orchestrations = offer.runs_orchestrations;
  node_membership joined;
  joined.shard_count = store_->shard_count();
  const auto db = store_->writing();
  try {
    joined.node = next_id(*db);
    store_->seen().appear(joined.node);  // before anybody can read of it
    census nodes = look(*db, joined.node, {}, false);
    if (made.runs_orchestrations) ++nodes.owners;
    end_listeners(*db, nodes.dead);
    db->run("select join_v9($1, $2, $3, $4, $5, $6::bigint[]::integer[], $7::bigint[]::integer[], $8)",
            static_cast<std::int32_t>(joined.node), offer.name, offer.runs_orchestrations,
            offer.orchestrations, offer.activities,
            std::vector<std::uint64_t>(offer.history_formats.begin(), offer.history_formats.end()),
            nodes.dead, static_cast<std::int64_t>(share_of(made, nodes.owners)));
    started_at_[joined.node] = db->value<std::int64_t>("select started_at from nodes where id = $1",
                                                       static_cast<std::int32_t>(joined.node));
    store_->known().joined(joined.node, *db);
    joined.shards = read_new_shards(*db, joined.node, made);
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
  member& record = require(node);
  const auto db = store_->writing();
  store_->known().require(node, *db);
  const std::uint64_t news_before = store_->seen().members_news();
  const census nodes = look(*db, node, load, true);
  const std::size_t share = share_of(record, nodes.owners);
  const bool may_take = record.shards.size() < share && (nodes.free_shards > 0 || !nodes.dead.empty());
  heartbeat_result brought;
  if (!nodes.dead.empty() || record.in_doubt || may_take) {
    bool news = true;  // it may have ended somebody before, without hearing of it
    end_listeners(*db, nodes.dead);
    const bool was_in_doubt = std::exchange(record.in_doubt, true);
    std::vector<std::int64_t> ended;
    {
      auto row = db->run("select take_shards_v9($1, $2::bigint[]::integer[], $3)::bigint[]",
                         static_cast<std::int32_t>(node), nodes.dead, static_cast<std::int64_t>(share));
      if (row.next()) row.read(only_column, numbers_column{ended});
    }
    brought.gained = read_new_shards(*db, node, record);
    record.in_doubt = false;
    if (!was_in_doubt) news = !ended.empty();
    for (const owned_shard& each : brought.gained) record.shards.emplace(each.shard, each.tenure);
    if (news) tell_all();
  }
  if (record.shards.size() > share) brought.surplus = record.shards.size() - share;
  record.last_heartbeat_at = steady::now();
  record.news_at_heartbeat = news_before;
  watch_over_next(node, record, nodes);
  store_->finish_migration(*db);
  return brought;
}

// Of the living, the one with the next id: so everybody is watched over by somebody. One that is dead is
// expired by now, by this node or by a faster one.
void membership::watch_over_next(std::uint64_t node, member& record, const census& nodes) {
  if (nodes.living.empty()) return record.watch_over_next.reset();
  if (!record.watch_over_next)
    record.watch_over_next = std::make_unique<peer_death_watcher>(
        [opened = store_] { return opened->connect(); }, store_->lock_class(),
        [opened = store_.get()] { opened->seen().members_changed(); });
  const auto next = std::ranges::upper_bound(nodes.living, node);
  record.watch_over_next->watch(next != nodes.living.end() ? *next : nodes.living.front());
}

// What is still running of its activities stays with the node; its outcome is accepted as that of one
// that was claimed. May be done twice: a node that owns a shard by then keeps it.
void membership::release(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  const detail::lock_guard releasing(mutex_);
  member& record = require(node);
  const std::vector<std::uint64_t> numbers(shards.begin(), shards.end());
  store_->write_again([&](connection& db) {
    store_->known().require(node, db);
    db.run("select release_shards_v9($1, $2)", static_cast<std::int32_t>(node), numbers);
    store_->known().look(db);
  });
  for (const std::uint32_t each : shards) record.shards.erase(each);
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
    const auto db = store_->writing();
    if (!given_up.empty())
      db->run(
          "select release_shards_v9(id, $3) from nodes where id = $1 and state = 'alive' and started_at = "
          "coalesce(nullif($2::bigint, 0), started_at)",
          id, started_at, given_up);
    db->run("select leave_v9(id) from nodes where id = $1 and started_at = "
            "coalesce(nullif($2::bigint, 0), started_at)",
            id, started_at);
  } catch (const store_failure&) {
    // Without its lock it is as good as dead: the node that looks next expires it, and so fences it.
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
  const member& record = found->second;
  const std::uint64_t news = store_->seen().members_news();
  if (record.in_doubt || (news != 0 && record.news_at_heartbeat != news)) return duration(0);
  const auto due = record.last_heartbeat_at + limits_.between_signs;
  return std::max(duration(0), std::chrono::ceil<duration>(due - steady::now()));
}

bool membership::has_company(std::uint64_t node, member& record) {
  try {
    const std::uint64_t news = store_->seen().members_news();
    if (news != 0 && record.news_when_asked == news) return record.had_company;
    record.had_company = store_->read([&](connection& db) {
      return db.value<bool>("select exists (select 1 from shards where node is null) or "
                            "exists (select 1 from nodes where state = 'alive' and id <> $1)",
                            static_cast<std::int32_t>(node));
    });
    record.news_when_asked = news;
    return record.had_company;
  } catch (const store_failure&) {
    return true;  // `heartbeat` finds out what it is
  }
}

}  // namespace duroxide::persistence::postgres
