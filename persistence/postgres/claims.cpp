#include "persistence/postgres/claims.hpp"

#include "duroxide/limits.hpp"
#include "persistence/claim_order.hpp"
#include "persistence/fenced.hpp"
#include "persistence/postgres/activities.hpp"

#include <utility>

namespace duroxide::persistence::postgres {

namespace {

std::vector<activity_key> keys_of(const std::vector<std::int64_t>& lives,
                                  const std::vector<std::int64_t>& executions,
                                  const std::vector<std::int64_t>& event_ids) {
  std::vector<activity_key> keys;
  for (std::size_t i = 0; i < lives.size(); ++i)
    keys.push_back({{},
                    static_cast<std::uint64_t>(executions.at(i)),
                    static_cast<std::uint64_t>(event_ids.at(i)),
                    static_cast<std::uint64_t>(lives[i])});
  return keys;
}

}  // namespace

std::shared_ptr<claims::claimant> claims::claimant_of(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  auto& found = claimants_[node];
  if (!found) found = std::make_shared<claimant>();
  return found;
}

void claims::forget(std::uint64_t node) {
  const detail::lock_guard lock(mutex_);
  claimants_.erase(node);
}

std::vector<stored_activity> claims::claim(std::uint64_t node, const activity_claim& wanted) {
  const auto claims_of_node = claimant_of(node);
  claimant& holder = *claims_of_node;
  const detail::lock_guard lock(holder.mutex);
  if (!holder.position || holder.in_doubt) find_position(node, holder);
  if (holder.unread.empty()) take(node, holder, wanted);
  if (holder.unread.empty()) return {};
  auto claimed =
      store_->read([unread = holder.unread](connection& db) { return read_activities(db, unread); });
  holder.unread.clear();
  for (stored_activity& each : claimed) each.claimable = true;
  sort_as_due(claimed);
  return claimed;
}

// What a claim took whose answer was lost. Nothing is forgotten if this one is lost too: it is asked again.
void claims::find_position(std::uint64_t node, claimant& holder) {
  try {
    ask_for_position(node, holder);
  } catch (const store_failure& failure) {
    if (failure.error().certainty != commit_certainty::unknown) throw;
    throw store_failure(commit_certainty::not_done, failure.error().kind, failure.error().message);
  }
}

void claims::ask_for_position(std::uint64_t node, claimant& holder) {
  const auto db = store_->writing();
  store_->known().require(node, *db);
  const lane_position position = take_epoch(*db, node, claims_lane);
  if (holder.in_doubt && position.commit_seq != holder.position->commit_seq) {
    std::vector<std::int64_t> lives;
    std::vector<std::int64_t> executions;
    std::vector<std::int64_t> event_ids;
    auto row = db->run("select array_agg(instance_key) as lives, array_agg(execution) as executions, "
                       "array_agg(event_id) as event_ids from "
                       "(select * from activities where owner = $1 and claim = $2 and not finished "
                       "order by instance_key, execution, event_id) a",
                       static_cast<std::int32_t>(node), position.commit_seq);
    if (row.next())
      row.read("lives", numbers_column{lives}, "executions", numbers_column{executions}, "event_ids",
               numbers_column{event_ids});
    holder.unread = keys_of(lives, executions, event_ids);
  }
  store_->known().wrote(*db, {node, claims_lane}, position.commit_seq);
  holder.position = position;
  holder.in_doubt = false;
}

void claims::take(std::uint64_t node, claimant& holder, const activity_claim& wanted) {
  bool fenced = false;
  std::vector<std::int64_t> lives;
  std::vector<std::int64_t> executions;
  std::vector<std::int64_t> event_ids;
  const auto db = store_->writing();
  holder.in_doubt = true;
  try {
    store_->known().require(node, *db);
    auto row = db->run("select fenced, moved, lives, executions, event_ids from claim_activities_v9($1, $2, "
                       "$3, $4, $5, $6, $7, "
                       "$8, $9, $10, $11, $12, $13, $14, $15)",
                       static_cast<std::int32_t>(node), holder.position->epoch, holder.position->commit_seq,
                       wanted.names, wanted.untagged, wanted.any_tag, wanted.tags,
                       static_cast<std::uint64_t>(wanted.limit),
                       static_cast<std::uint64_t>(wanted.share != 0 ? wanted.share : wanted.limit),
                       static_cast<std::uint64_t>(wanted.max_sessions), wanted.session_owner,
                       static_cast<std::int64_t>(wanted.session_idle_timeout.count()),
                       static_cast<std::int64_t>(wanted.session_lock_timeout.count()), wanted.now,
                       std::uint64_t{limits::batch_bytes});
    bool moved = false;
    if (row.next())
      row.read("fenced", fenced, "moved", moved, "lives", numbers_column{lives}, "executions",
               numbers_column{executions}, "event_ids", numbers_column{event_ids});
    if (moved) {
      store_->known().wrote(*db, {node, claims_lane}, holder.position->commit_seq + 1);
      ++holder.position->commit_seq;
    }
    holder.in_doubt = false;
  } catch (const store_failure& failure) {
    if (failure.error().certainty != commit_certainty::unknown) {
      holder.in_doubt = false;
      throw;
    }
    throw store_failure(commit_certainty::not_done, failure.error().kind, failure.error().message);
  }
  if (fenced) throw_fenced(node);
  holder.unread = keys_of(lives, executions, event_ids);
}

void claims::release(std::uint64_t node, const std::vector<activity_key>& keys) {
  const key_columns columns(keys);
  store_->write_again([&](connection& db) {
    store_->known().require(node, db);
    db.run("update activities a set owner = null, shared = true "
           "from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) k (instance, life, execution, "
           "event_id) where a.instance_key = coalesce(nullif(k.life, 0), (select i.key from instances i "
           "where i.id = k.instance)) and a.execution = k.execution and a.event_id = k.event_id "
           "and a.owner = $1",
           static_cast<std::int32_t>(node), columns.instances, columns.lives, columns.executions,
           columns.event_ids);
    store_->known().look(db);
  });
}

std::vector<activity_key> lost_activities(connection& db, lineage& known, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  known.require(node, db);
  const key_columns columns(keys);
  auto row = db.run("select k.number from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) "
                    "with ordinality k (instance, life, execution, event_id, number) "
                    "left join activities a on a.instance_key = coalesce(nullif(k.life, 0), "
                    "(select i.key from instances i where i.id = k.instance)) "
                    "and a.execution = k.execution and a.event_id = k.event_id "
                    "where a.owner is distinct from $1 order by k.number",
                    static_cast<std::int32_t>(node), columns.instances, columns.lives, columns.executions,
                    columns.event_ids);
  std::vector<activity_key> lost;
  while (row.next()) {
    std::size_t number = 0;
    row.read("number", number);
    lost.push_back(keys.at(number - 1));
  }
  if (!lost.empty()) known.look(db);
  return lost;
}

}  // namespace duroxide::persistence::postgres
