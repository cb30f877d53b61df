#include "persistence/sqlite/claims.hpp"

#include "persistence/activity_rows.hpp"
#include "persistence/claim_order.hpp"
#include "persistence/error_json.hpp"
#include "persistence/page_room.hpp"
#include "persistence/sqlite/require_member.hpp"
#include "persistence/sqlite/sessions.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <algorithm>

namespace duroxide::persistence::sqlite {

namespace {

std::uint64_t life_of(database& db, const activity_key& key) {
  if (key.life != 0) return key.life;
  return db.value<std::uint64_t>("select key from instances where id = ?", key.instance);
}

// Where the search for activities has come to: behind those of one instance that are due at one time.
struct claim_place {
  timestamp due{timestamp::min()};
  std::uint64_t life = 0;
};

// Chooses what a node gets, and decides about the sessions.
class chooser {
public:
  chooser(database& db, session_claim& sessions, const activity_claim& wanted)
      : db_(db), sessions_(sessions), wanted_(wanted), names_(names_to_json(wanted.names)),
        tags_(names_to_json(wanted.tags)), share_(wanted.share == 0 ? wanted.limit : wanted.share),
        room_(wanted.limit) {}

  // The first time round each instance gets its share, the second time whatever is left.
  std::vector<stored_activity> choose() {
    go_round(share_);
    if (!room_.is_full() && share_ < wanted_.limit) go_round(wanted_.limit);
    sort_as_due(chosen_);
    return std::move(chosen_);
  }

private:
  // From one instance to the next the index is skipped, so that one which has very many waiting costs no more
  // than others.
  void go_round(std::size_t at_most) {
    claim_place place;
    while (!room_.is_full() && find_next(place)) take_from(place, at_most);
  }

  bool find_next(claim_place& place) {
    auto row =
        db_.rows("select due, instance_key from activities indexed by activities_to_claim "
                 "where shared = 1 and owner is null and finished = 0 and (due, instance_key) > (?1, ?2) "
                 "order by due, instance_key limit 1",
                 place.due, place.life);
    if (!row.next()) return false;
    row.read("due", place.due, "instance_key", place.life);
    return true;
  }

  void take_from(const claim_place& place, std::size_t at_most) {
    auto row = db_.rows(
        "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.tag, a.session, "
        "a.attempt, a.retry_of, a.attempts, a.failures, a.shared, a.instance_key, a.due, a.input "
        "from activities a indexed by activities_to_claim cross join instances i on i.key = a.instance_key "
        "where a.shared = 1 and a.owner is null and a.finished = 0 and a.due = ?5 and a.instance_key = ?6 "
        "and a.name in (select value from json_each(?1)) "
        "and iif(a.tag is null, ?2, ?3 or a.tag in (select value from json_each(?4))) "
        "order by a.execution, a.event_id",
        names_, wanted_.untagged, wanted_.any_tag, tags_, place.due, place.life);
    std::size_t taken = 0;
    while (taken < at_most && !room_.is_full() && row.next()) {
      stored_activity activity;
      read_activity(row, activity, "input", payload_column{activity.input});
      if (std::ranges::find(chosen_, activity.key, &stored_activity::key) != chosen_.end()) continue;
      if (activity.session && !sessions_.admits(*activity.session)) continue;
      room_.take(activity.input.size());
      chosen_.push_back(std::move(activity));
      ++taken;
    }
  }

  database& db_;
  session_claim& sessions_;
  const activity_claim& wanted_;
  const std::string names_;
  const std::string tags_;
  const std::size_t share_;
  page_room room_;
  std::vector<stored_activity> chosen_;
};

bool anything_to_claim(store& opened, std::uint64_t node, const activity_claim& wanted) {
  const auto db = opened.reading();
  const transaction snapshot(*db, access::read);
  require_member(*db, node);
  session_claim sessions(*db, node, wanted);
  activity_claim one = wanted;
  one.limit = std::min<std::size_t>(wanted.limit, 1);
  return !chooser(*db, sessions, one).choose().empty();
}

}  // namespace

std::vector<stored_activity> claim_activities(store& opened, std::uint64_t node,
                                              const activity_claim& wanted) {
  if (!anything_to_claim(opened, node, wanted)) return {};
  const auto db = opened.writing();
  transaction changes(*db, access::write);
  require_member(*db, node);
  session_claim sessions(*db, node, wanted);
  auto chosen = chooser(*db, sessions, wanted).choose();
  for (const stored_activity& each : chosen) {
    db->run("update activities set owner = ? where instance_key = ? and execution = ? and event_id = ?", node,
            each.key.life, each.key.execution, each.key.event_id);
    if (each.session) sessions.take(*each.session);
  }
  changes.commit();
  return chosen;
}

void release_activities(store& opened, std::uint64_t node, const std::vector<activity_key>& keys) {
  if (keys.empty()) return;
  {
    const auto db = opened.writing();
    transaction changes(*db, access::write);
    for (const activity_key& key : keys)
      db->run("update activities set owner = null, shared = 1 "
              "where instance_key = ? and execution = ? and event_id = ? and owner = ?",
              life_of(*db, key), key.execution, key.event_id, node);
    changes.commit();
  }
  opened.changes().ring();
}

std::vector<activity_key> lost_activities(database& db, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  const transaction snapshot(db, access::read);
  std::vector<activity_key> lost;
  for (const activity_key& key : keys) {
    const auto owner = db.value<std::optional<std::uint64_t>>(
        "select owner from activities where instance_key = ? and execution = ? and event_id = ?",
        life_of(db, key), key.execution, key.event_id);
    if (owner != node) lost.push_back(key);
  }
  return lost;
}

std::uint64_t accept_outcome(database& db, const writing_context& context, const claimed_outcome& done) {
  std::optional<std::string> session;
  {
    auto row =
        db.rows("update activities set finished = 1, owner = null "
                "where instance_key = ? and execution = ? and event_id = ? and owner = ? returning session",
                life_of(db, done.key), done.key.execution, done.key.event_id, context.node);
    if (!row.next()) return 0;
    row.read("session", session);
  }
  if (session) touch_session(db, *session, done.outcome.visible_at);
  return post_message(db, context, {done.outcome, 0, done.outcome.visible_at});
}

void note_progress(database& db, const writing_context& context, const activity_progress& progress) {
  db.run("update activities set progress = ?, progress_at = ? "
         "where instance_key = ? and execution = ? and event_id = ? and owner = ?",
         payload{progress.details}, progress.reported_at, life_of(db, progress.key), progress.key.execution,
         progress.key.event_id, context.node);
}

}  // namespace duroxide::persistence::sqlite
