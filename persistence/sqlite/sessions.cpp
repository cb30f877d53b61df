#include "persistence/sqlite/sessions.hpp"

namespace duroxide::persistence::sqlite {

namespace {

bool is_busy(database& db, std::uint64_t node, const std::string& session) {
  return db.value<int>("select exists (select 1 from activities where owner = ? and session = ?)", node,
                       session) != 0;
}

}  // namespace

void touch_session(database& db, const std::string& session, timestamp now) {
  db.run("update sessions set last_used_at = max(last_used_at, ?2) where id = ?1", session, now);
}

void free_sessions(database& db, std::uint64_t node) {
  db.run("delete from sessions where node = ? and session_owner is null", node);
  db.run("update sessions set node = null where node = ?", node);
}

bool session_claim::admits(const std::string& session) {
  if (refused_.contains(session)) return false;
  if (has_room_for(session) && can_become_ours(session)) {
    busy_->insert(session);
    return true;
  }
  refused_.insert(session);
  return false;
}

bool session_claim::has_room_for(const std::string& session) {
  if (!busy_) {
    busy_.emplace();
    auto row =
        db_.rows("select distinct session from activities where owner = ? and session is not null", node_);
    std::string each;
    while (row.next()) {
      row.read("session", each);
      busy_->insert(each);
    }
  }
  return busy_->contains(session) || busy_->size() < wanted_.max_sessions;
}

bool session_claim::can_become_ours(const std::string& session) {
  std::optional<std::uint64_t> node;
  timestamp last_used{};
  std::optional<std::string> session_owner;
  {
    auto row = db_.rows("select node, last_used_at, session_owner from sessions where id = ?", session);
    if (!row.next()) return true;
    row.read("node", node, "last_used_at", last_used, "session_owner", session_owner);
  }
  const duration unused = wanted_.now - last_used;
  if (!node)
    return !session_owner || *session_owner == wanted_.session_owner ||
           unused >= wanted_.session_lock_timeout;
  if (*node == node_) return true;
  return unused > wanted_.session_idle_timeout && !is_busy(db_, *node, session);
}

void session_claim::take(const std::string& session) {
  const auto session_owner =
      wanted_.session_owner.empty() ? std::nullopt : std::optional(wanted_.session_owner);
  const int known = db_.run("update sessions set node = ?2, session_owner = ?3, "
                            "last_used_at = max(last_used_at, ?4) where id = ?1",
                            session, node_, session_owner, wanted_.now);
  if (known != 0) return;
  forget_idle_ones();
  db_.run("insert into sessions (id, node, session_owner, last_used_at) values (?, ?, ?, ?)", session, node_,
          session_owner, wanted_.now);
}

// A free session needs no row. This goes with each new row, so that the table stays as small as what is in
// use.
void session_claim::forget_idle_ones() {
  db_.run("delete from sessions where node = ?1 and last_used_at < ?2 and not exists "
          "(select 1 from activities a where a.owner = ?1 and a.session = sessions.id)",
          node_, wanted_.now - wanted_.session_idle_timeout);
  db_.run("delete from sessions where node is null and last_used_at <= ?",
          wanted_.now - wanted_.session_lock_timeout);
}

}  // namespace duroxide::persistence::sqlite
