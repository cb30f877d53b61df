#include "persistence/sqlite/claims.hpp"

#include "persistence/error_json.hpp"
#include "persistence/sqlite/fence.hpp"
#include "persistence/sqlite/sessions.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <algorithm>

namespace duroxide::persistence::sqlite {

namespace {

// Chooses what `node` gets, and decides about the sessions.
std::vector<stored_activity> choose(database& db, session_claim& sessions, const activity_claim& wanted) {
  const std::string names = names_to_json(wanted.names);
  const std::string tags = names_to_json(wanted.tags);
  auto row = db.rows(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag, "
      "a.session, a.attempt, a.retry_of, a.attempts, a.failures "
      "from activities a indexed by activities_to_claim cross join instances i on i.id = a.instance "
      "where a.shared = 1 and a.owner is null and a.finished = 0 "
      "and a.name in (select value from json_each(?1)) "
      "and iif(a.tag is null, ?2, ?3 or a.tag in (select value from json_each(?4))) "
      "order by a.instance, a.execution, a.event_id",
      names, wanted.untagged, wanted.any_tag, tags);
  std::vector<stored_activity> chosen;
  while (chosen.size() < wanted.limit && row.next()) {
    stored_activity it;
    it.shared = true;
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.orchestration, it.version, it.name,
             it.input, it.tag, it.session, it.attempt, it.retry_of, it.attempts, it.failures);
    if (!it.session || sessions.admits(*it.session)) chosen.push_back(std::move(it));
  }
  return chosen;
}

bool anything_to_claim(store& in, std::uint64_t node, const activity_claim& wanted) {
  const auto db = in.reading();
  const transaction snapshot(*db, access::read);
  require_member(*db, node);
  session_claim sessions(*db, node, wanted);
  activity_claim one = wanted;
  one.limit = std::min<std::size_t>(wanted.limit, 1);
  return !choose(*db, sessions, one).empty();
}

}  // namespace

std::vector<stored_activity> claim_activities(store& in, std::uint64_t node, const activity_claim& wanted) {
  if (!anything_to_claim(in, node, wanted)) return {};
  const auto db = in.writing();
  transaction changes(*db, access::write);
  require_member(*db, node);
  session_claim sessions(*db, node, wanted);
  auto chosen = choose(*db, sessions, wanted);
  for (const stored_activity& each : chosen) {
    db->run("update activities set owner = ? where instance = ? and execution = ? and event_id = ?", node,
            each.key.instance, each.key.execution, each.key.event_id);
    if (each.session) sessions.take(*each.session);
  }
  changes.commit();
  return chosen;
}

void release_activities(store& in, std::uint64_t node, const std::vector<activity_key>& keys) {
  if (keys.empty()) return;
  {
    const auto db = in.writing();
    transaction changes(*db, access::write);
    for (const activity_key& key : keys)
      db->run("update activities set owner = null, shared = 1 "
              "where instance = ? and execution = ? and event_id = ? and owner = ?",
              key.instance, key.execution, key.event_id, node);
    changes.commit();
  }
  in.changes().ring();
}

std::vector<activity_key> lost_activities(database& db, std::uint64_t node,
                                          const std::vector<activity_key>& keys) {
  const transaction snapshot(db, access::read);
  std::vector<activity_key> lost;
  for (const activity_key& key : keys) {
    const auto owner = db.value<std::optional<std::uint64_t>>(
        "select owner from activities where instance = ? and execution = ? and event_id = ?", key.instance,
        key.execution, key.event_id);
    if (owner != node) lost.push_back(key);
  }
  return lost;
}

std::uint64_t accept_outcome(database& db, const writing_context& context, const claimed_outcome& done) {
  std::optional<std::string> session;
  {
    auto row =
        db.rows("update activities set finished = 1, owner = null "
                "where instance = ? and execution = ? and event_id = ? and owner = ? returning session",
                done.key.instance, done.key.execution, done.key.event_id, context.node);
    if (!row.next()) return 0;
    row.into(session);
  }
  if (session) touch_session(db, *session, done.outcome.visible_at);
  return post_message(db, context, {done.outcome, false, done.outcome.visible_at});
}

void note_progress(database& db, const writing_context& context, const activity_progress& said) {
  db.run("update activities set progress = ?, progress_at = ? "
         "where instance = ? and execution = ? and event_id = ? and owner = ?",
         payload{said.details}, said.at, said.key.instance, said.key.execution, said.key.event_id,
         context.node);
}

}  // namespace duroxide::persistence::sqlite
