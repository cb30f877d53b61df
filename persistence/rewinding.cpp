#include "persistence/rewinding.hpp"

#include "duroxide/limits.hpp"

#include <string>

namespace duroxide::persistence {

namespace {

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

// Locks the row until the end of the transaction. A node of an older build must not take it up before its owner has
// gone back.
bool find_instance(admin_session& db, const planned_rewind& each, timestamp now) {
  const std::string open = "('pending', 'running')";
  const std::string ended = "('completed', 'failed', 'cancelled')";
  return db.change("update instances set status = 'running', updated_at = $4, history_format = $5 "
                   "where id = $1 and key = $2 and execution = $3 and status in " +
                       (each.has_ended ? ended : open),
                   {each.instance, number(each.life), number(each.event.execution), to_sql(now),
                    std::int64_t{limits::history_format}}) == 1;
}

bool still_runs(admin_session& db, const planned_rewind& each) {
  return db.change("update instances set history_format = history_format where id = $1 and key = $2 "
                   "and status in ('pending', 'running')",
                   {each.instance, number(each.life)}) == 1;
}

// False if there are more events than was known.
bool add_event(admin_session& db, const planned_rewind& each) {
  const history_row& added = each.event;
  const auto last = db.rows("select max(first_event_id + count) as next from history "
                            "where instance_key = $1 and execution = $2",
                            {number(each.life), number(added.execution)});
  if (last.at(0).number("next") != added.first_event_id) return false;
  db.change("insert into history (instance_key, execution, first_event_id, count, packed) "
            "values ($1, $2, $3, $4, $5)",
            {number(each.life), number(added.execution), number(added.first_event_id),
             std::int64_t{added.count}, sql_payload{added.packed}});
  if (db.keeps_next_event_id())
    db.change("update instances set next_event_id = $2 where key = $1",
              {number(each.life), number(added.first_event_id + added.count)});
  return true;
}

void begin_again(admin_session& db, const planned_rewind& each) {
  db.change("update executions set status = 'running', ended_at = null, event_count = null, "
            "output = null, error = null where instance_key = $1 and execution = $2",
            {number(each.life), number(each.event.execution)});
  // Its parent must not take an outcome that does not count any more.
  db.change("delete from inbox where kind = 'child_done' and id in (select m.id from instances c "
            "join instances p on p.id = c.parent_instance "
            "join inbox m on m.instance_key = p.key and m.source = c.parent_event_id "
            "and m.execution = c.parent_execution where c.key = $1)",
            {number(each.life)});
}

void set_input(admin_session& db, const planned_rewind& each) {
  db.change("update executions set input = $3 where instance_key = $1 and execution = $2",
            {number(each.life), number(each.event.execution), sql_payload{*each.input}});
}

void post(admin_session& db, const planned_rewind& to, const message& content, timestamp now) {
  db.change("insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, "
            "name, data) select key, shard, id, $2, $3, $4, $5, $5, $6, $7 from instances where key = $1",
            {number(to.life), std::string(to_string(content.kind)), number(content.execution),
             number(content.source), to_sql(now), content.name, sql_payload{content.data}});
}

void add_owner(admin_session& db, const planned_rewind& each, std::vector<std::uint64_t>& owners) {
  for (const sql_row& row : db.rows("select s.node from instances i join shards s on s.shard = i.shard "
                                    "where i.key = $1 and s.node is not null",
                                    {number(each.life)}))
    owners.push_back(row.number("node"));
}

}  // namespace

std::optional<std::vector<std::uint64_t>>
rewind_instances(admin_session& db, const std::vector<planned_rewind>& what, timestamp now) {
  std::vector<std::uint64_t> owners;
  db.begin();
  for (const planned_rewind& each : what) {
    if (each.event.count == 0) {
      if (!still_runs(db, each)) return std::nullopt;
      continue;
    }
    if (!find_instance(db, each, now) || !add_event(db, each)) return std::nullopt;
    if (each.has_ended) begin_again(db, each);
    if (each.input) set_input(db, each);
    for (const message& content : each.messages) post(db, each, content, now);
    add_owner(db, each, owners);
  }
  db.commit();
  return owners;
}

}  // namespace duroxide::persistence
