#include "persistence/sqlite/membership.hpp"

#include "persistence/error_json.hpp"
#include "persistence/fenced.hpp"
#include "persistence/sqlite/crash_probation.hpp"
#include "persistence/sqlite/require_member.hpp"
#include "persistence/sqlite/sessions.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide::persistence::sqlite {

namespace {

// How soon a dead member is noticed.
constexpr std::chrono::seconds between_heartbeats{1};

timestamp now() { return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()); }

std::uint64_t insert_node(database& db, const node_offer& offer) {
  db.run("insert into nodes (name, state, started_at, last_seen_at, orchestrations, activities) "
         "values (?1, 'alive', ?2, ?2, ?3, ?4)",
         offer.name, now(), names_to_json(offer.orchestrations), names_to_json(offer.activities));
  return db.last_insert_id();
}

// Fenced before anything of it is given away.
void end_membership(database& db, std::uint64_t node, std::string_view state, bool crashed) {
  db.run("update writers set epoch = epoch + 1 where node = ?", node);
  db.run("update nodes set state = ?2, last_seen_at = ?3 where id = ?1 and state = 'alive'", node, state,
         now());
  db.run("update shards set node = null, after_crash = ?2 where node = ?1", node, crashed);
  free_sessions(db, node);
}

// Messages need no change: `delivered_to` counts only for the node that it names, and ids of nodes are never
// used again. So taking over takes no longer for a million of them. All shards have one owner, so a node's id
// serves as its tenure.
void expire_node(database& db, std::uint64_t node) {
  end_membership(db, node, "dead", true);
  // A crash is counted for what it was running, with the name of the node.
  const auto death_record =
      db.value<std::string>("select 'node ' || id || ' (' || name || ') died; it was declared dead at ' "
                            "|| datetime('now') || ' UTC' || char(10) from nodes where id = ?",
                            node);
  db.run("update activities set attempts = attempts + 1, failures = failures || ?2, owner = null where owner "
         "= ?1",
         node, death_record);
  count_crashes(db, node, death_record);
}

bool has_free_shards(database& db) {
  return db.value<int>("select exists (select 1 from shards where node is null)") != 0;
}

}  // namespace

std::vector<std::uint64_t> membership::dead_members(database& db, std::uint64_t node,
                                                    const member& record) const {
  std::vector<std::uint64_t> dead;
  if (!record.lock) return dead;
  auto row = db.rows("select id from nodes where state = 'alive' and id <> ?", node);
  while (row.next()) {
    std::uint64_t other = 0;
    row.read("id", other);
    if (!record.lock->lives(other)) dead.push_back(other);
  }
  return dead;
}

// The lock on the shards is asked for and given up inside write transactions only, so that it says the same
// as the table `shards` to every node that asks.
std::vector<owned_shard> membership::take_free_shards(database& db, std::uint64_t node, member& record) {
  std::vector<owned_shard> shards;
  if (!record.runs_orchestrations || !has_free_shards(db) || (record.lock && !record.lock->try_own_shards()))
    return shards;
  db.run("update shards set node = ?", node);
  db.run("update activities set owner = ? where owner is null and shared = 0 and finished = 0", node);
  auto row = db.rows("select shard, after_crash from shards where node = ? order by shard", node);
  while (row.next()) {
    owned_shard& each = shards.emplace_back(owned_shard{0, node});
    row.read("shard", each.shard, "after_crash", each.after_crash);
  }
  return shards;
}

node_membership membership::join(const node_offer& offer) {
  const detail::lock_guard joining(mutex_);
  member made;
  if (store_->files()) {
    store_->files()->require_in_place();  // nothing is made beside another file
    made.lock.emplace(store_->files()->path());
  }
  made.runs_orchestrations = offer.runs_orchestrations;
  node_membership joined;
  joined.shard_count = store_->shard_count();
  std::vector<std::uint64_t> dead;
  {
    const auto db = store_->writing();
    transaction changes(*db, access::write);
    joined.node = insert_node(*db, offer);
    if (made.lock) made.lock->live_as(joined.node);  // before anybody can read of it
    dead = dead_members(*db, joined.node, made);
    for (const std::uint64_t each : dead) expire_node(*db, each);
    joined.shards = take_free_shards(*db, joined.node, made);
    changes.commit();
  }
  // After the commit: a node that sees the new count also sees the new member.
  if (made.lock) made.lock->count_join();
  ++joins_;
  made.last_heartbeat_at = steady::now();
  members_.emplace(joined.node, std::move(made));
  store_->changes().ring();  // a node that was alone has company now
  return joined;
}

heartbeat_result membership::heartbeat(std::uint64_t node, const node_load& load) {
  const detail::lock_guard heartbeat(mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) throw_fenced(node);
  member& record = found->second;
  record.last_heartbeat_at = steady::now();
  if (record.lock) record.lock->require_in_place();
  {
    // Most of the time there is nothing to do, and nothing that a lock is needed for. So the load of a node
    // is not written either.
    const auto db = store_->reading();
    const transaction snapshot(*db, access::read);
    require_member(*db, node);
    if (dead_members(*db, node, record).empty() && !(record.runs_orchestrations && has_free_shards(*db)))
      return {};
  }
  std::vector<std::uint64_t> dead;
  heartbeat_result brought;
  {
    const auto db = store_->writing();
    transaction changes(*db, access::write);
    require_member(*db, node);
    db->run("update nodes set resident_instances = ?2, queued_activities = ?3, running_activities = ?4 "
            "where id = ?1",
            node, load.resident_instances, load.queued_activities, load.running_activities);
    dead = dead_members(*db, node, record);
    for (const std::uint64_t each : dead) expire_node(*db, each);
    brought.gained = take_free_shards(*db, node, record);
    changes.commit();
  }
  if (!dead.empty()) store_->changes().ring();
  return brought;
}

void membership::leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) {
  const detail::lock_guard leaving(mutex_);
  const auto found = members_.find(node);
  try {
    const auto db = store_->writing();
    transaction changes(*db, access::write);
    end_membership(*db, node, "left", false);
    for (const std::uint32_t each : suspect)
      db->run("update shards set after_crash = 1 where shard = ? and node is null", each);
    abandon_probations(*db, node);
    db->run("update activities set owner = null where owner = ?", node);
    // Not after the commit: it wakes the nodes that then look for shards without an owner.
    if (found != members_.end() && found->second.lock) found->second.lock->release_all();
    changes.commit();
  } catch (const store_failure&) {
    // Without its locks it is as good as dead: the node that looks next expires it, and so fences it.
    if (found != members_.end() && found->second.lock) members_.erase(found);
    throw;
  }
  if (found != members_.end()) members_.erase(found);
  store_->changes().ring();
}

std::optional<duration> membership::next_heartbeat_in(std::uint64_t node) {
  const detail::lock_guard looking(mutex_);
  const auto found = members_.find(node);
  if (found == members_.end() || !has_company(node, found->second)) return std::nullopt;
  const auto due = found->second.last_heartbeat_at + between_heartbeats;
  return std::max(duration(0), std::chrono::ceil<duration>(due - steady::now()));
}

bool membership::has_company(std::uint64_t node, member& record) {
  try {
    if (record.lock && !record.lock->is_in_place()) return true;  // `heartbeat` says what it is
    const std::uint64_t joined = joins(record);
    if (record.joins_seen == joined) return false;
    const auto db = store_->reading();
    // In one statement, so of one moment: between two an owner may leave, and then nobody seems to be there.
    const bool company = db->value<int>("select exists (select 1 from shards where node is null) or "
                                        "exists (select 1 from nodes where state = 'alive' and id <> ?)",
                                        node) != 0;
    record.joins_seen = company ? 0 : joined;
    return company;
  } catch (const store_failure&) {
    return true;  // `heartbeat` finds out what it is
  }
}

}  // namespace duroxide::persistence::sqlite
