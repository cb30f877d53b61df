#include "persistence/sqlite/membership.hpp"

#include "persistence/sqlite/error_json.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <chrono>

namespace duroxide::persistence::sqlite {

namespace {

timestamp now() { return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()); }

// The others are dead: their writers are fenced before anything of theirs is given away.
void bury_others(database& db, std::uint64_t node) {
  db.run("update nodes set state = 'dead' where state = 'alive' and id <> ?", node);
  db.run("update writers set epoch = epoch + 1 where node <> ?", node);
}

// Messages need no change: `delivered_to` counts only for the node that it names, and ids of nodes are never
// used again. So taking over takes no longer for a million of them. Activities count the death of their
// owner; who left in order had set his free.
void take_over(database& db, std::uint64_t node) {
  db.run("update shards set node = ?", node);
  db.run("update activities set attempts = attempts + (owner is not null), owner = ?1 where owner is not ?1",
         node);
}

std::vector<std::uint32_t> shards_of(database& db, std::uint64_t node) {
  std::vector<std::uint32_t> shards;
  auto row = db.rows("select shard from shards where node = ? order by shard", node);
  while (row.next()) row.into(shards.emplace_back());
  return shards;
}

}  // namespace

void membership::throw_in_use(const std::string& by_whom) {
  const std::string lock =
      store_->file().empty() ? "" : " It holds the lock on '" + store_->file() + "-lock'.";
  throw store_failure(store_fate::not_done, error_kind::store_in_use,
                      "another runtime owns the store: " + by_whom + "." + lock +
                          " Stop it first, or give this one a store of its own; clients need no ownership.");
}

std::string membership::living_node() {
  const auto db = store_->reading();
  const auto name =
      db->value<std::string>("select name from nodes where state = 'alive' order by id desc limit 1");
  return name.empty() ? "one that is just starting" : "'" + name + "'";
}

node_membership membership::join(const node_offer& offer) {
  const std::lock_guard joining(mutex_);
  if (holder_) throw_in_use("node " + std::to_string(*holder_) + " of this process");
  std::optional<file_lock> lock;
  if (!store_->file().empty()) {
    lock = file_lock::try_acquire(store_->file() + "-lock");
    if (!lock) throw_in_use(living_node());
  }

  const auto db = store_->writing();
  transaction changes(*db, access::write);
  db->run("insert into nodes (name, state, started_at, last_seen_at, orchestrations, activities) "
          "values (?1, 'alive', ?2, ?2, ?3, ?4)",
          offer.name, now(), names_to_json(offer.orchestrations), names_to_json(offer.activities));
  node_membership joined;
  joined.node = db->last_insert_id();
  joined.shard_count = store_->shard_count();
  bury_others(*db, joined.node);
  take_over(*db, joined.node);
  joined.shards = shards_of(*db, joined.node);
  changes.commit();

  holder_ = joined.node;
  lock_ = std::move(lock);
  return joined;
}

void membership::leave(std::uint64_t node) {
  const std::lock_guard leaving(mutex_);
  {
    const auto db = store_->writing();
    transaction changes(*db, access::write);
    db->run("update writers set epoch = epoch + 1 where node = ?", node);
    db->run("update nodes set state = 'left', last_seen_at = ?2 where id = ?1 and state = 'alive'", node,
            now());
    db->run("update shards set node = null where node = ?", node);
    db->run("update activities set owner = null where owner = ?", node);
    changes.commit();
  }
  if (holder_ != node) return;
  holder_.reset();
  lock_.reset();
}

}  // namespace duroxide::persistence::sqlite
