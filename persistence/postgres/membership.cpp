#include "persistence/postgres/membership.hpp"

#include "persistence/fenced.hpp"

#include <algorithm>
#include <string>

namespace duroxide::persistence::postgres {

namespace {

// `now()` is the time of the database.
constexpr const char* insert_node =
    "insert into nodes (name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, "
    "activities, "
    "history_formats) select $1, 'alive', t.now, t.now, $2, $3, $4, $5::bigint[]::integer[] "
    "from (select (extract(epoch from now()) * 1000)::bigint as now) t returning id";

// Its writers are fenced before anything of it is given away; a commit on its way ends before that, or is
// defeated. The node comes first: a writer that is about to take an epoch has locked it.
void end_membership(connection& on, std::uint64_t node, const std::string& state, bool crashed) {
  const auto id = static_cast<std::int32_t>(node);
  on.run("update nodes set state = $2, last_seen_at = (extract(epoch from now()) * 1000)::bigint "
         "where id = $1 and state = 'alive'",
         id, state);
  on.run("update writers set epoch = epoch + 1 where node = $1", id);
  on.run("update shards set node = null, after_crash = $2 where node = $1", id, crashed);
  on.run("update sessions set node = null where node = $1 and session_owner is not null", id);
  on.run("delete from sessions where node = $1", id);
}

// Messages need no change: `delivered_under` counts only under the tenure that it names. So taking over takes
// no longer for a million of them.
void bury(connection& on, std::uint64_t node) {
  // A session that hangs in a commit would keep the row of its writer.
  on.run("select pg_terminate_backend(w.session) from writers w join pg_stat_activity a on a.pid = w.session "
         "and a.backend_start = w.session_begun where w.node = $1",
         static_cast<std::int32_t>(node));
  end_membership(on, node, "dead", true);
  // An attempt is counted for what was in its hands, with who it was.
  const auto epitaph =
      on.value<std::string>("select 'node ' || id || ' (' || name || ') died and was buried at ' || "
                            "to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' || chr(10) "
                            "from nodes where id = $1",
                            static_cast<std::int32_t>(node));
  on.run("update activities set attempts = attempts + 1, failures = failures || $2, owner = null "
         "where owner = $1",
         static_cast<std::int32_t>(node), epitaph);
  on.run("update trials set attempts = attempts + 1, failures = failures || $2, node = null where node = $1",
         static_cast<std::int32_t>(node), epitaph);
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
  store_->seen().members_changed();  // other members may be of this process
  store_->announcements().members_changed();
  store_->tell({{}, true});
}

// One statement, which is a sign of life as well. A server that has just come up has nobody's locks, and the
// sessions of those who joined before are on their way back.
membership::census membership::look(connection& on, std::uint64_t node, const node_load& load) {
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
  if (!is_member) throw_fenced(node);
  others_ = std::move(seen);
  return there;
}

// As many for each as all need to be owned, so that shares differ by little and nothing is moved without
// need.
std::size_t membership::share_of(const member& as, std::size_t owners) const {
  if (!as.runs_orchestrations) return 0;
  return (store_->shard_count() + owners - 1) / std::max<std::size_t>(1, owners);
}

std::vector<owned_shard> membership::take_free_shards(connection& on, std::uint64_t node, const member& as,
                                                      std::size_t share) {
  std::vector<owned_shard> shards;
  const auto id = static_cast<std::int32_t>(node);
  if (as.shards.size() < share)
    on.run("update shards set node = $1, tenure = (select nextval('tenures')) where shard in "
           "(select shard from shards where node is null order by shard limit $2 for update skip locked)",
           id, static_cast<std::int64_t>(share - as.shards.size()));
  {
    auto row = on.run("select shard, tenure, after_crash from shards where node = $1 order by shard", id);
    while (row.next()) {
      owned_shard& each = shards.emplace_back();
      row.into(each.shard, each.tenure, each.after_crash);
    }
  }
  std::erase_if(shards, [&](const owned_shard& each) { return as.shards.contains(each.shard); });
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
      auto row =
          on->run(insert_node, offer.name, offer.runs_orchestrations, offer.orchestrations, offer.activities,
                  std::vector<std::uint64_t>(offer.history_formats.begin(), offer.history_formats.end()));
      row.next();
      row.into(joined.node);
    }
    store_->seen().appear(joined.node);  // before anybody can read of it
    const census there = look(*on, joined.node, {});
    bury_all(*on, there.dead);
    joined.shards = take_free_shards(*on, joined.node, made, share_of(made, there.owners));
    // Rows of a dump that was restored name transactions that this server has not had yet.
    on->run("update inbox set written_by = pg_current_xact_id() "
            "where written_by >= pg_snapshot_xmax(pg_current_snapshot())");
    changes.commit();
  } catch (const store_failure&) {
    if (joined.node != 0) store_->seen().disappear(joined.node);
    throw;
  }
  for (const owned_shard& each : joined.shards) made.shards.emplace(each.shard, each.tenure);
  members_.emplace(joined.node, std::move(made));
  tell_all();
  return joined;
}

tended membership::tend(std::uint64_t node, const node_load& load) {
  const std::lock_guard tending(mutex_);
  member& as = require(node);
  const auto on = store_->writing();
  const std::uint64_t news_before = store_->seen().members_news();
  const census there = look(*on, node, load);
  const std::size_t share = share_of(as, there.owners);
  const bool may_take = as.shards.size() < share && (there.free_shards > 0 || !there.dead.empty());
  tended brought;
  if (!there.dead.empty() || as.in_doubt || may_take) {
    bool news = true;  // it may have buried somebody before, without hearing of it
    {
      transaction changes(*on);
      require_member(*on, node);
      const auto buried = bury_all(*on, there.dead);
      brought.gained = take_free_shards(*on, node, as, share);
      if (!as.in_doubt) news = !buried.empty();
      as.in_doubt = true;
      changes.commit();
      as.in_doubt = false;
    }
    for (const owned_shard& each : brought.gained) as.shards.emplace(each.shard, each.tenure);
    if (news) tell_all();
  }
  if (as.shards.size() > share) brought.surplus = as.shards.size() - share;
  as.tended = steady::now();
  as.news_when_tended = news_before;
  watch_over_next(node, as, there);
  return brought;
}

// Of the living, the one with the next id: so everybody is watched over by somebody. One that is dead is
// buried by now, or by whoever was faster.
void membership::watch_over_next(std::uint64_t node, member& as, const census& there) {
  if (there.living.empty()) return as.watch_over_next.reset();
  if (!as.watch_over_next)
    as.watch_over_next =
        std::make_unique<sentinel>([in = store_] { return in->connect(); }, store_->lock_class(),
                                   [in = store_.get()] { in->seen().members_changed(); });
  const auto next = std::ranges::upper_bound(there.living, node);
  as.watch_over_next->watch(next != there.living.end() ? *next : there.living.front());
}

// What is still running of its activities stays in the node's hands; its outcome is accepted as that of one
// that was claimed. May be done twice: whoever owns a shard by then is left alone.
void membership::release(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  const std::lock_guard releasing(mutex_);
  member& as = require(node);
  const std::vector<std::uint64_t> numbers(shards.begin(), shards.end());
  store_->write_again([&](connection& on) {
    transaction changes(on);
    require_member(on, node);
    on.run("update activities set shared = true where owner = $1 and not shared and not finished "
           "and shard = any ($2::bigint[])",
           static_cast<std::int32_t>(node), numbers);
    on.run(
        "update shards set node = null, after_crash = false where node = $1 and shard = any ($2::bigint[])",
        static_cast<std::int32_t>(node), numbers);
    changes.commit();
  });
  for (const std::uint32_t each : shards) as.shards.erase(each);
  tell_all();
}

void membership::leave(std::uint64_t node) {
  const std::lock_guard leaving(mutex_);
  members_.erase(node);
  try {
    const auto on = store_->writing();
    transaction changes(*on);
    end_membership(*on, node, "left", false);
    on->run("update activities set owner = null where owner = $1", static_cast<std::int32_t>(node));
    on->run("update trials set node = null where node = $1", static_cast<std::int32_t>(node));
    changes.commit();
  } catch (const store_failure&) {
    // Without its lock it is as good as dead: whoever looks next buries it, and so fences it.
    store_->seen().disappear(node);
    throw;
  }
  store_->seen().disappear(node);
  tell_all();
}

std::optional<duration> membership::tend_within(std::uint64_t node) {
  const std::lock_guard looking(mutex_);
  const auto found = members_.find(node);
  if (found == members_.end() || !has_company(node, found->second)) return std::nullopt;
  const member& as = found->second;
  const std::uint64_t news = store_->seen().members_news();
  if (as.in_doubt || (news != 0 && as.news_when_tended != news)) return duration(0);
  const auto due = as.tended + limits_.between_signs;
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
    return true;  // `tend` finds out what it is
  }
}

}  // namespace duroxide::persistence::postgres
