#include "persistence/postgres/inbox.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/limits.hpp"
#include "persistence/inbox_rows.hpp"
#include "persistence/word_reader.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace duroxide::persistence::postgres {

namespace {

struct readable {
  std::vector<message> messages;
  std::vector<relocated_instance> relocated;
  std::size_t rows = 0;  // unreadable ones too
  std::uint64_t last_id = 0;
  std::uint64_t bytes = 0;  // of their payloads, as they are stored
};

readable read_page(row_cursor row, std::uint32_t shard_count) {
  readable page;
  while (row.next()) {
    std::uint32_t shard = 0;
    inbox_row next(row, "shard", shard, "bytes", page.bytes);
    ++page.rows;
    page.last_id = next.id();
    if (!append_if_readable(page.messages, std::move(next))) continue;
    const std::string& instance = page.messages.back().instance;
    if (shard_of(instance, shard_count) != shard) page.relocated.push_back({instance, shard});
  }
  return page;
}

// How far the inbox has been read. Ids are drawn before their transactions commit, so "what is above the
// last id" would pass over rows. A snapshot says exactly what could be seen when it was taken, until the
// server crashes: it forgets the ids of transactions that left nothing behind, and gives them again, to rows
// that the snapshot then seems to have seen. What such a row has is an id above those of all rows before.
struct inbox_position {
  std::string seen;  // what this snapshot could see, and is due before `until`, has been brought; empty: none
  timestamp until{timestamp::min()};
  std::int64_t seen_at = 0;      // when that snapshot was taken, or just before, by this process's clock
  std::uint64_t highest_id = 0;  // of all that has been brought
  // While one step fills more than a page: the snapshot that it brings the reader to, how far in it the pages
  // have come, the time of the step, and the shards of which nothing had been brought before it.
  std::string target;
  std::uint64_t brought = 0;
  timestamp target_until{timestamp::min()};
  std::int64_t target_at = 0;
  std::vector<std::uint64_t> gained;
};

inbox_position position_from(const std::string& text) {
  inbox_position position;
  word_reader words(text);
  std::int64_t until = 0;
  std::int64_t target_until = 0;
  if (words.read(position.seen) && words.read(until)) position.until = timestamp(duration(until));
  if (position.seen == "-") position.seen.clear();
  words.read(position.seen_at);
  words.read(position.highest_id);
  if (words.read(position.target) && words.read(position.brought) && words.read(target_until) &&
      words.read(position.target_at))
    position.target_until = timestamp(duration(target_until));
  for (std::uint64_t shard = 0; words.read(shard);) position.gained.push_back(shard);
  return position;
}

std::string to_text(const inbox_position& position) {
  const auto number = [](auto value) { return ' ' + std::to_string(value); };
  const auto time = [&](timestamp point) { return number(point.time_since_epoch().count()); };
  std::string text = (position.seen.empty() ? "-" : position.seen) + time(position.until) +
                     number(position.seen_at) + number(position.highest_id);
  if (!position.target.empty())
    text += ' ' + position.target + number(position.brought) + time(position.target_until) +
            number(position.target_at);
  for (const std::uint64_t shard : position.gained) text += number(shard);
  return text;
}

// Of `rows`, what the target can see, and is for the node and not in its memory; up to the message that makes
// a page of it. A payload's length is known without reading it. `id`: how the ids are asked for; all that is
// above an id is what the planner is to look at only where `rows` are all. The shard of each row is looked
// up: of a join the planner may begin with the shards, if it thinks that the node has few, and look through
// all rows once for each.
std::string undelivered_from(const std::string& rows, const std::string& id = "m.id + 0") {
  return "select * from (select m.id, kind, instance, execution, source, name, data, error, visible_at, "
         "instance_key, m.shard, sum(coalesce(octet_length(data), 0)) over (order by m.id rows unbounded "
         "preceding) as "
         "bytes "
         "from (" +
         rows + ") m where " + id +
         " > $2 and visible_at < $3 and pg_visible_in_snapshot(written_by, $4::text::pg_snapshot) "
         "and (select s.node = $1 and s.tenure is distinct from m.delivered_under from shards s "
         "where s.shard = m.shard) "
         "order by m.id limit $5) page where bytes - coalesce(octet_length(data), 0) < " +
         std::to_string(limits::batch_bytes) + " order by id";
}

const std::string seen_before = "pg_visible_in_snapshot(written_by, $6::text::pg_snapshot)";

// What the snapshot before could not see, what it could and that has come due since, and all of the shards
// that have come since.
const std::string everything = undelivered_from("select * from inbox", "m.id");
const std::string not_seen =
    "select * from inbox where written_by >= pg_snapshot_xmin($6::text::pg_snapshot) and not " + seen_before;
const std::string due_since =
    " union all select * from inbox where visible_at >= $7 and visible_at < $3 and " + seen_before;
std::string of_gained(const std::string& shards) {
  return " union all select * from inbox where visible_at < $7 and shard = any (" + shards +
         "::bigint[]) and " + seen_before;
}
const std::string news = undelivered_from(not_seen + due_since);
const std::string news_and_gains = undelivered_from(not_seen + due_since + of_gained("$8"));

// The same if the server may have crashed since the snapshot: what seems to have been seen is new if its id
// is higher than any that was brought. `+ 0`, and a time that all are behind, let the planner look at what is
// due instead of at all that is above that id.
const std::string old_id = " and id + 0 <= $8";
const std::string new_id =
    " union all select * from inbox where visible_at >= $9 and visible_at < $3 and id + 0 > $8 and " +
    seen_before;
const std::string news_after_crash = undelivered_from(not_seen + due_since + old_id + new_id);
const std::string news_and_gains_after_crash =
    undelivered_from(not_seen + due_since + old_id + of_gained("$10") + old_id + new_id);

// Rows with a column for the bytes of all rows up to each, up to the one that makes a page of them. Throws
// for one that cannot be read.
queue_page read_queue_page(row_cursor row) {
  queue_page page;
  std::uint64_t bytes = 0;
  while (row.next()) page.messages.push_back(inbox_row(row, "bytes", bytes).content());
  page.more = bytes >= limits::batch_bytes;
  if (bytes > limits::batch_bytes && page.messages.size() > 1) page.messages.pop_back();
  return page;
}

std::string page_of_inbox(const std::string& rows) {
  return "select * from (select id, kind, instance, execution, source, name, data, error, visible_at, "
         "instance_key, sum(coalesce(octet_length(data), 0)) over (order by id rows unbounded preceding) as "
         "bytes from " +
         rows + " m where id > $2) page where bytes - coalesce(octet_length(data), 0) < $3 order by id";
}
const std::string inbox = page_of_inbox("(select * from inbox where instance_key = $1)");
const std::string signals = page_of_inbox(
    "(select * from inbox where instance_key = $1 and source = 0 and (kind = 'cancel' or (kind = "
    "'event_raised' and name in ($4, $5, $6))))");
const std::string inbox_without_queues = page_of_inbox("inbox_without_queues_v9($1)");

std::int64_t count_of(std::chrono::steady_clock::time_point when) { return when.time_since_epoch().count(); }

row_cursor rows_of(connection& db, const undelivered_query& query, const inbox_position& position) {
  const auto run = [&](const std::string& sql, const auto&... more) {
    return db.run(sql.c_str(), static_cast<std::int32_t>(query.node), position.brought, position.target_until,
                  position.target, static_cast<std::uint64_t>(query.limit), more...);
  };
  if (position.seen.empty()) return run(everything);
  if (count_of(db.began()) < position.seen_at) {
    if (position.gained.empty()) return run(news, position.seen, position.until);
    return run(news_and_gains, position.seen, position.until, position.gained);
  }
  const timestamp before_all = timestamp::min();
  if (position.gained.empty())
    return run(news_after_crash, position.seen, position.until, position.highest_id, before_all);
  return run(news_and_gains_after_crash, position.seen, position.until, position.highest_id, before_all,
             position.gained);
}

}  // namespace

undelivered_page read_undelivered(connection& db, lineage& known, const undelivered_query& query,
                                  std::uint32_t shard_count) {
  inbox_position position = position_from(query.position);
  if (position.target.empty()) {
    position.target_at = count_of(std::chrono::steady_clock::now());
    auto row = db.run("select pg_current_snapshot()::text as snapshot, "
                      "pg_current_wal_flush_lsn() - '0/0'::pg_lsn as log_position");
    std::uint64_t log_position = 0;
    if (row.next()) row.read("snapshot", position.target, "log_position", log_position);
    known.saw(db, log_position);
    position.target_until = std::max(query.until, position.until);
    position.gained.assign(query.gained.begin(), query.gained.end());
  }
  readable found = read_page(rows_of(db, query, position), shard_count);
  const bool full = found.rows == query.limit || found.bytes >= limits::batch_bytes;
  undelivered_page page{std::move(found.messages), std::move(found.relocated), {}, full};
  position.highest_id = std::max(position.highest_id, found.last_id);
  if (page.more) {
    position.brought = found.last_id;
  } else {
    const timestamp until = position.target_until;
    position = {std::move(position.target), until, position.target_at,
                position.highest_id,        {},    0,
                timestamp::min(),           0,     {}};
    page.more = until < query.until;
  }
  page.position = to_text(position);
  return page;
}

std::vector<message> read_due(connection& db, const due_query& query) {
  auto row = db.run("select id, kind, instance, execution, source, name, data, error, visible_at, "
                    "instance_key from inbox where visible_at >= $2 and visible_at < $3 "
                    "and (select s.node from shards s where s.shard = inbox.shard) = $1 "
                    "order by visible_at, id limit $4",
                    static_cast<std::int32_t>(query.node), query.from, query.until,
                    static_cast<std::uint64_t>(query.limit));
  std::vector<message> found;
  while (row.next()) append_if_readable(found, inbox_row(row));
  return found;
}

queue_page read_inbox(connection& db, const inbox_query& query) {
  return read_queue_page(db.run((query.with_queues ? inbox : inbox_without_queues).c_str(), query.life,
                                query.after, std::uint64_t{limits::batch_bytes}));
}

queue_page read_signals(connection& db, std::uint64_t life) {
  return read_queue_page(db.run(signals.c_str(), life, std::uint64_t{0}, std::uint64_t{limits::batch_bytes},
                                detail::pause_event, detail::resume_event, detail::rewind_event));
}

queue_page read_queue(connection& db, std::uint64_t life, const std::string& queue, std::size_t limit) {
  queue_page page = read_queue_page(db.run(
      "select id, kind, instance, execution, source, name, data, error, visible_at, instance_key, bytes "
      "from front_of_queue_v9($1, $2, $3, $4)",
      life, queue, static_cast<std::uint64_t>(limit), std::uint64_t{limits::batch_bytes}));
  page.more = page.more || page.messages.size() == limit;
  return page;
}

}  // namespace duroxide::persistence::postgres
