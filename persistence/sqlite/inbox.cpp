#include "persistence/sqlite/inbox.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "persistence/inbox_rows.hpp"
#include "persistence/page_room.hpp"
#include "persistence/sqlite/transaction.hpp"
#include "persistence/word_reader.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace duroxide::persistence::sqlite {

namespace {

// Appends what can be read, as long as there is room.
void append_readable(std::vector<message>& found, row_cursor& row, page_room& room) {
  while (!room.is_full() && row.next())
    if (append_if_readable(found, inbox_row(row))) room.take(found.back());
}

// As long as there is room. Throws for a row that cannot be read.
queue_page read_queue_page(row_cursor row, std::size_t limit) {
  queue_page page;
  page_room room(limit);
  while (row.next()) {
    message next = inbox_row(row).content();
    if (!room.has_room_for(next)) {
      page.more = true;
      return page;
    }
    room.take(page.messages.emplace_back(std::move(next)));
  }
  return page;
}

// How far the inbox has been read. Without it, a node with a million sleeping timers would pass over all
// of their rows with every page, because none of them has been returned.
struct inbox_position {
  // Rows with ids up to `seen` that are due before `until` were returned, or were delivered by the node
  // itself.
  std::uint64_t seen = 0;
  timestamp until{timestamp::min()};
  // While those of them that are due before a later time fill more than a page: how far that has come.
  std::uint64_t caught_up = 0;
  std::optional<timestamp> catching_up_until;
};

inbox_position position_from(const std::string& text) {
  inbox_position position;
  word_reader words(text);
  std::int64_t until = 0;
  std::int64_t catching_up_until = 0;
  if (words.read(position.seen) && words.read(until)) position.until = timestamp(duration(until));
  if (words.read(position.caught_up) && words.read(catching_up_until))
    position.catching_up_until = timestamp(duration(catching_up_until));
  return position;
}

std::string to_text(const inbox_position& position) {
  const auto time = [](timestamp point) { return std::to_string(point.time_since_epoch().count()); };
  std::string text =
      std::to_string(position.seen) + ' ' + time(position.until) + ' ' + std::to_string(position.caught_up);
  if (position.catching_up_until) text += ' ' + time(*position.catching_up_until);
  return text;
}

}  // namespace

undelivered_page read_undelivered(database& db, const undelivered_query& query) {
  const transaction snapshot(db, access::read);
  undelivered_page page;
  page_room room(query.limit);
  // Shards are gained all together or not at all; then nothing of the inbox has been brought.
  inbox_position position = position_from(query.gained.empty() ? query.position : std::string());
  const timestamp until = position.catching_up_until.value_or(query.until);
  if (position.until < until) {
    auto row =
        db.rows("select id, kind, instance, execution, source, name, data, error, visible_at, instance_key "
                // Left alone, SQLite goes by the id, over all that sleeps.
                "from inbox indexed by inbox_by_time where visible_at >= ?2 and visible_at < ?3 and "
                "id > ?4 and id <= ?5 and delivered_to is not ?1 "
                "and shard in (select shard from shards where node = ?1) order by id",
                query.node, position.until, until, position.caught_up, position.seen);
    append_readable(page.messages, row, room);
    if (room.is_full()) {
      position.caught_up = page.messages.back().id;
      position.catching_up_until = until;
      return {std::move(page.messages), {}, to_text(position), true};
    }
    position = {position.seen, until, 0, std::nullopt};
  }
  auto row = db.rows(
      "select id, kind, instance, execution, source, name, data, error, visible_at, instance_key from inbox "
      "where id > ?2 and visible_at < ?3 and delivered_to is not ?1 "
      "and shard in (select shard from shards where node = ?1) order by id",
      query.node, position.seen, position.until);
  append_readable(page.messages, row, room);
  const bool full = room.is_full();
  page.more = full || position.until < query.until;
  // Ids are given in the order of the commits, so nothing appears later below the highest one of this
  // snapshot.
  position.seen =
      full ? page.messages.back().id
           : std::max(position.seen,
                      db.value<std::uint64_t>("select seq from sqlite_sequence where name = 'inbox'"));
  page.position = to_text(position);
  return page;
}

std::vector<message> read_due(database& db, const due_query& query) {
  std::vector<message> found;
  auto row = db.rows(
      "select id, kind, instance, execution, source, name, data, error, visible_at, instance_key from inbox "
      "where visible_at >= ?2 and visible_at < ?3 and shard in (select shard from shards where node = ?1) "
      "order by visible_at, id",
      query.node, query.from, query.until);
  while (found.size() < query.limit && row.next()) append_if_readable(found, inbox_row(row));
  return found;
}

// The ids are found and sorted before the first row is read, so that a page costs what it brings: by the
// index, past a long queue without looking at it. The limit, which is none, keeps SQLite from forgetting the
// order.
queue_page read_inbox(database& db, const inbox_query& query) {
  return read_queue_page(
      query.with_queues
          ? db.rows("select id, kind, instance, execution, source, name, data, error, visible_at, "
                    "instance_key from (select id as found from inbox where instance_key = ?1 and id > ?2 "
                    "order by id limit -1) cross join inbox on id = found",
                    query.life, query.after)
          : db.rows(
                "select id, kind, instance, execution, source, name, data, error, visible_at, instance_key "
                "from (select id as found from inbox where instance_key = ?1 and source > 0 and id > ?2 "
                "union all select id from inbox where instance_key = ?1 and source = 0 and kind < 'enqueued' "
                "and id > ?2 "
                "union all select id from inbox where instance_key = ?1 and source = 0 and kind > 'enqueued' "
                "and id > ?2 order by 1 limit -1) cross join inbox on id = found",
                query.life, query.after),
      std::numeric_limits<std::size_t>::max());
}

queue_page read_signals(database& db, std::uint64_t life) {
  return read_queue_page(
      db.rows("select id, kind, instance, execution, source, name, data, error, visible_at, instance_key "
              "from inbox where instance_key = ?1 and source = 0 and (kind = 'cancel' or (kind = "
              "'event_raised' and name in (?2, ?3, ?4))) order by id",
              life, detail::pause_event, detail::resume_event, detail::rewind_event),
      std::numeric_limits<std::size_t>::max());
}

queue_page read_queue(database& db, std::uint64_t life, const std::string& queue, std::size_t limit) {
  return read_queue_page(
      db.rows("select id, kind, instance, execution, source, name, data, error, visible_at, instance_key "
              "from inbox "
              "where instance_key = ? and source = 0 and kind = 'enqueued' and name = ? order by place, id",
              life, queue),
      limit);
}

}  // namespace duroxide::persistence::sqlite
