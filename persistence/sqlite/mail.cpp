#include "persistence/sqlite/mail.hpp"

#include "persistence/sqlite/decoding.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <algorithm>
#include <optional>

namespace duroxide::persistence::sqlite {

namespace {

message read_message(const row_cursor& row) {
  message it;
  std::string kind;
  std::optional<std::string> error;
  row.into(it.id, kind, it.instance, it.execution, it.source, it.name, it.data, error, it.visible_at);
  decoded("inbox", std::to_string(it.id), [&] {
    it.kind = message_kind_from(kind);
    it.error = error_from_column(error);
  });
  return it;
}

// Appends what can be read, up to `limit` messages in all.
void append_readable(std::vector<message>& found, row_cursor& row, std::size_t limit) {
  while (found.size() < limit && row.next()) {
    try {
      found.push_back(read_message(row));
    } catch (const store_failure&) {
      // Its instance cannot be loaded while the row is there, and that failure names it.
    }
  }
}

}  // namespace

std::vector<message> mail_scan::fetch(database& db, const mail_query& query) {
  const std::lock_guard lock(mutex_);
  const transaction snapshot(db, access::read);
  std::vector<message> found;
  const auto known = of_.find(query.node);
  const bool goes_on = known != of_.end() && query.after >= known->second.returned;
  progress at = goes_on ? known->second : progress{};
  if (goes_on && query.after < at.seen) {
    auto row = db.rows("select id, kind, instance, execution, source, name, data, error, visible_at "
                       // Left alone, SQLite goes by the id, over all that sleeps.
                       "from inbox indexed by inbox_by_time where visible_at >= ?5 and visible_at < ?3 and "
                       "id > ?2 and id <= ?4 and delivered_to is not ?1 "
                       "and shard in (select shard from shards where node = ?1) order by id",
                       query.node, query.after, query.until, at.seen, at.until);
    append_readable(found, row, query.limit);
  }
  if (found.size() < query.limit) {
    const std::uint64_t from = goes_on ? std::max(query.after, at.seen) : query.after;
    auto row =
        db.rows("select id, kind, instance, execution, source, name, data, error, visible_at from inbox "
                "where id > ?2 and visible_at < ?3 and delivered_to is not ?1 "
                "and shard in (select shard from shards where node = ?1) order by id",
                query.node, from, query.until);
    append_readable(found, row, query.limit);
    at.until = query.until;
    // Ids are given in the order of the commits, so nothing appears later below the highest one of this
    // snapshot.
    at.seen =
        found.size() == query.limit
            ? found.back().id
            : std::max(from, db.value<std::uint64_t>("select seq from sqlite_sequence where name = 'inbox'"));
  }
  at.returned = found.empty() ? query.after : found.back().id;
  of_[query.node] = at;
  return found;
}

void mail_scan::forget(std::uint64_t node) {
  const std::lock_guard lock(mutex_);
  of_.erase(node);
}

std::vector<message> read_due(database& db, const due_query& query) {
  std::vector<message> found;
  auto row = db.rows(
      "select id, kind, instance, execution, source, name, data, error, visible_at from inbox "
      "where visible_at >= ?2 and visible_at < ?3 and shard in (select shard from shards where node = ?1) "
      "order by visible_at, id",
      query.node, query.from, query.until);
  append_readable(found, row, query.limit);
  return found;
}

std::vector<message> read_inbox(database& db, const std::string& instance) {
  std::vector<message> found;
  auto row = db.rows("select id, kind, instance, execution, source, name, data, error, visible_at from inbox "
                     "where instance = ? order by id",
                     instance);
  while (row.next()) found.push_back(read_message(row));
  return found;
}

}  // namespace duroxide::persistence::sqlite
