#include "persistence/postgres/membership.hpp"

#include "persistence/fenced.hpp"

#include <algorithm>
#include <string>

namespace duroxide::persistence::postgres {

namespace {

// `now()` is the time of the database.
constexpr const char* insert_node =
    "insert into nodes (name, state, started_at, last_seen_at, orchestrations, activities) "
    "select $1, 'alive', t.now, t.now, $2, $3 "
    "from (select (extract(epoch from now()) * 1000)::bigint as now) t returning id";

bool has_free_shards(connection& on) {
  return on.value<bool>("select exists (select 1 from shards where node is null)");
}

// Its writers are fenced before anything of it is given away; a commit on its way ends before that, or is
// defeated. The node comes first: a writer that is about to take an epoch has locked it.
void end_membership(connection& on, std::uint64_t node, const std::string& state) {
  const auto id = static_cast<std::int32_t>(node);
  on.run("update nodes set state = $2, last_seen_at = (extract(epoch from now()) * 1000)::bigint "
         "where id = $1 and state = 'alive'",
         id, state);
  on.run("update writers set epoch = epoch + 1 where node = $1", id);
  on.run("update shards set node = null where node = $1", id);
  on.run("update sessions set node = null where node = $1 and session_owner is not null", id);
  on.run("delete from sessions where node = $1", id);
}

// Messages need no change: `delivered_to` counts only for the node that it names, and ids of nodes are never
// used again. So taking over takes no longer for a million of them.
void bury(connection& on, std::uint64_t node) {
  // A session that hangs in a commit would keep the row of its writer.
  on.run("select pg_terminate_backend(w.session) from writers w join pg_stat_activity a on a.pid = w.session "
         "and a.backend_start = w.session_begun where w.node = $1",
         static_cast<std::int32_t>(node));
  end_membership(on, node, "dead");
  on.run("update activities set attempts = attempts + 1, owner = null where owner = $1",
         static_cast<std::int32_t>(node));
}

// Of those that somebody found dead, the ones that nobody else is burying.
std::vector<std::uint64_t> bury_all(connection& on, const std::vector<std::uint64_t>& dead) {
  std::vector<std::uint64_t> buried;
  if (dead.empty()) return buried;
  auto row = on.run("select id from nodes where id = any ($1::bigint[]) and state = 'alive' order by id "
                    "for update skip locked",
                    dead);
  while (row.next()) row.into(buried.emplace_back());
  for (const std::uint64_t each : buried) bury(on, each);
  return buried;
}

}  // namespace

void require_member(connection& on, std::uint64_t node) {
  if (!on.value<bool>("select exists (select 1 from nodes where id = $1 and state = 'alive' for share)",
                      static_cast<std::int32_t>(node)))
    throw_fenced(node);
}

membership::~membership() {
  for (const auto& [node, as] : members_) store_->seen().disappear(node);
}

membership::member& membership::require(std::uint64_t node) {
  const auto found = members_.find(node);
  if (found == members_.end()) throw_fenced(node);
  return found->second;
}

void membership::tell_all() {
  store_->announcements().members_changed();
  store_->tell({{}, true});
}

// A server that has just come up has nobody's locks, and the sessions of those who joined before are on their
// way back.
std::vector<std::uint64_t> membership::dead_members(connection& on, std::uint64_t node) {
  std::vector<std::uint64_t> dead;
  auto row =
      on.run("select n.id, n.last_seen_at, l.objid is null and "
             "(pg_postmaster_start_time() < now() - $3::bigint * interval '1 ms' or "
             "pg_postmaster_start_time() < to_timestamp(n.started_at / 1000.0)) "
             "from nodes n left join pg_locks l on l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
             "and l.classid = $2::bigint::oid and l.objid = n.id::oid "
             "and l.database = (select oid from pg_database where datname = current_database()) "
             "where n.state = 'alive' and n.id <> $1",
             static_cast<std::int32_t>(node),
             static_cast<std::int64_t>(static_cast<std::uint32_t>(store_->lock_class())),
             static_cast<std::int64_t>(limits_.return_within.count()));
  const auto now = steady::now();
  const auto unbroken = store_->seen().unbroken_for();
  std::map<std::uint64_t, observation> seen;
  while (row.next()) {
    std::uint64_t id = 0;
    observation is{0, now};
    bool gone = false;
    row.into(id, is.sign, gone);
    const auto known = others_.find(id);
    if (known != others_.end() && known->second.sign == is.sign)
      is.since = std::max(known->second.since, now - unbroken);
    const bool has_left = gone && unbroken > limits_.return_within;
    if (has_left || now - is.since > limits_.hangs_after) dead.push_back(id);
    seen.emplace(id, is);
  }
  others_ = std::move(seen);
  return dead;
}

std::vector<std::uint32_t> membership::take_free_shards(connection& on, std::uint64_t node,
                                                        const member& as) {
  std::vector<std::uint32_t> shards;
  if (!as.runs_orchestrations) return shards;
  const auto id = static_cast<std::int32_t>(node);
  {
    on.run("update shards set node = $1 where node is null", id);
    auto row = on.run("select shard from shards where node = $1 order by shard", id);
    while (row.next()) row.into(shards.emplace_back());
  }
  std::erase_if(shards, [&](std::uint32_t each) { return as.shards.contains(each); });
  if (shards.empty()) return shards;
  on.run("update activities set owner = $1 where owner is null and not shared and not finished "
         "and shard in (select shard from shards where node = $1)",
         id);
  return shards;
}

node_membership membership::join(const node_offer& offer) {
  const std::lock_guard joining(mutex_);
  member made;
  made.runs_orchestrations = offer.runs_orchestrations;
  node_membership joined;
  joined.shard_count = store_->shard_count();
  const auto on = store_->writing();
  try {
    transaction changes(*on);
    {
      auto row = on->run(insert_node, offer.name, offer.orchestrations, offer.activities);
      row.next();
      row.into(joined.node);
    }
    store_->seen().appear(joined.node);  // before anybody can read of it
    bury_all(*on, dead_members(*on, joined.node));
    joined.shards = take_free_shards(*on, joined.node, made);
    // Rows of a dump that was restored name transactions that this server has not had yet.
    on->run("update inbox set written_by = pg_current_xact_id() "
            "where written_by >= pg_snapshot_xmax(pg_current_snapshot())");
    changes.commit();
  } catch (const store_failure&) {
    if (joined.node != 0) store_->seen().disappear(joined.node);
    throw;
  }
  made.shards.insert(joined.shards.begin(), joined.shards.end());
  members_.emplace(joined.node, std::move(made));
  tell_all();
  return joined;
}

void membership::give_sign(connection& on, std::uint64_t node, member& as) {
  const auto now = steady::now();
  if (now - as.sign_given < limits_.between_signs) return;
  on.run("update nodes set last_seen_at = (extract(epoch from now()) * 1000)::bigint "
         "where id = $1 and state = 'alive'",
         static_cast<std::int32_t>(node));
  as.sign_given = now;
}

std::vector<std::uint32_t> membership::tend(std::uint64_t node) {
  const std::lock_guard tending(mutex_);
  member& as = require(node);
  const auto on = store_->writing();
  require_member(*on, node);
  give_sign(*on, node, as);
  const auto dead = dead_members(*on, node);
  if (dead.empty() && !as.in_doubt && !(as.runs_orchestrations && has_free_shards(*on))) return {};

  bool news = true;  // it may have buried somebody before, without hearing of it
  std::vector<std::uint32_t> shards;
  {
    transaction changes(*on);
    require_member(*on, node);
    const auto buried = bury_all(*on, dead);
    shards = take_free_shards(*on, node, as);
    if (!as.in_doubt) news = !buried.empty();
    as.in_doubt = true;
    changes.commit();
    as.in_doubt = false;
  }
  as.shards.insert(shards.begin(), shards.end());
  if (news) tell_all();
  return shards;
}

void membership::leave(std::uint64_t node) {
  const std::lock_guard leaving(mutex_);
  members_.erase(node);
  try {
    const auto on = store_->writing();
    transaction changes(*on);
    end_membership(*on, node, "left");
    on->run("update activities set owner = null where owner = $1", static_cast<std::int32_t>(node));
    changes.commit();
  } catch (const store_failure&) {
    // Without its lock it is as good as dead: whoever looks next buries it, and so fences it.
    store_->seen().disappear(node);
    throw;
  }
  store_->seen().disappear(node);
  tell_all();
}

bool membership::has_company(std::uint64_t node) {
  const std::lock_guard looking(mutex_);
  const auto found = members_.find(node);
  if (found == members_.end()) return false;
  member& as = found->second;
  try {
    const std::uint64_t news = store_->seen().members_news();
    if (news != 0 && as.news_seen == news) return false;
    const bool company = store_->read([&](connection& on) {
      return has_free_shards(on) ||
             on.value<bool>("select exists (select 1 from nodes where state = 'alive' and id <> $1)",
                            static_cast<std::int32_t>(node));
    });
    as.news_seen = company ? 0 : news;
    return company;
  } catch (const store_failure&) {
    return true;  // `tend` finds out what it is
  }
}

}  // namespace duroxide::persistence::postgres
