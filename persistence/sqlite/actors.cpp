#include "persistence/sqlite/actors.hpp"

#include "persistence/error_json.hpp"
#include "persistence/instance_rows.hpp"
#include "persistence/sqlite/crash_probation.hpp"

#include <utility>

namespace duroxide::persistence::sqlite {

std::optional<actor_state> read_actor(database& db, const std::string& instance) {
  auto rows = db.rows("select s.version, s.state, s.answers_since from instances i "
                      "join actor_states s on s.instance_key = i.key where i.id = ?",
                      instance);
  return actor_state_from(rows);
}

std::optional<kept_answer> read_answer(database& db, const std::string& instance,
                                       const std::string& command_id) {
  auto rows = db.rows("select command_id, made_at, answer, error from answers "
                      "where instance = ? and command_id = ?",
                      instance, command_id);
  auto found = answers_from(rows, instance);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::size_t forget_answers(database& db, timestamp before, std::size_t limit) {
  return static_cast<std::size_t>(
      db.run("delete from answers where (instance, command_id) in (select instance, command_id from answers "
             "where made_at < ? order by made_at limit ?)",
             before, limit));
}

std::size_t add_answers(database& db, const std::string& instance, const std::vector<kept_answer>& answers) {
  std::size_t added = 0;
  for (const kept_answer& each : answers) {
    const auto error = error_to_json(each.error);
    const int inserted =
        db.run("insert into answers (instance, command_id, made_at, error, answer) "
               "values (?, ?, ?, ?, ?) on conflict do nothing",
               instance, each.command_id, each.made_at, optional_payload(error), payload{each.answer});
    if (inserted == 0) {
      take_back_answers(db, instance, answers, added);
      return 0;
    }
    ++added;
  }
  return added;
}

void take_back_answers(database& db, const std::string& instance, const std::vector<kept_answer>& answers,
                       std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    db.run("delete from answers where instance = ? and command_id = ?", instance, answers[i].command_id);
}

std::vector<kept_answer> read_answers(database& db, const std::string& instance,
                                      const std::vector<kept_answer>& answers) {
  std::vector<kept_answer> found;
  for (const kept_answer& each : answers)
    if (auto known = read_answer(db, instance, each.command_id)) found.push_back(*std::move(known));
  return found;
}

void write_state(database& db, std::uint64_t instance_key, const actor_state& state, timestamp now) {
  db.run("insert into actor_states (instance_key, answers_since, updated_at, version, state) "
         "values (?, ?, ?, ?, ?) on conflict do update set answers_since = excluded.answers_since, "
         "updated_at = excluded.updated_at, version = excluded.version, state = excluded.state",
         instance_key, state.answers_since, now, state.version, payload{state.state});
}

void delete_old_answers(database& db, const std::string& instance, timestamp since) {
  db.run("delete from answers where instance = ? and made_at < ?", instance, since);
}

void delete_journal(database& db, std::uint64_t instance_key, std::uint64_t execution) {
  db.run("delete from history where instance_key = ? and execution = ?", instance_key, execution);
  db.run("delete from executions where instance_key = ? and execution = ?", instance_key, execution);
}

namespace {

// The messages are written anew: a reader of the inbox has passed by the ids that they had.
void hand_over_commands(database& db, const writing_context& context, const std::string& instance,
                        const std::string& orchestration, std::uint64_t ended, timestamp now) {
  insert_actor(db, context, {instance, orchestration, now});
  const std::uint64_t next = db.last_insert_id();
  db.run(
      "insert into inbox (instance_key, shard, instance, kind, execution, source, attempts, sent_at, "
      "visible_at, name, place, error, data) select ?1, i.shard, m.instance, m.kind, m.execution, m.source, "
      "m.attempts, m.sent_at, m.visible_at, m.name, m.place, m.error, m.data from inbox m, instances i "
      "where m.instance_key = ?2 and m.source = 0 and m.kind = 'enqueued' and m.name = ?3 and i.key = ?1 "
      "order by m.place, m.id",
      next, ended, command_queue);
}

}  // namespace

void end_life(database& db, const writing_context& context, const std::string& instance,
              std::uint64_t instance_key, timestamp now) {
  db.run("delete from history where instance_key = ?", instance_key);
  db.run("delete from kv where instance_key = ?", instance_key);
  db.run("delete from executions where instance_key = ?", instance_key);
  db.run("delete from labels where instance_key = ?", instance_key);
  db.run("delete from actor_states where instance_key = ?", instance_key);
  end_probation(db, instance);
  const auto orchestration =
      db.value<std::string>("delete from instances where key = ? returning orchestration", instance_key);
  const bool waits = db.value<int>("select exists (select 1 from inbox where instance_key = ? and source = 0 "
                                   "and kind = 'enqueued' and name = ?)",
                                   instance_key, command_queue) != 0;
  if (waits) hand_over_commands(db, context, instance, orchestration, instance_key, now);
  db.run("delete from inbox where instance_key = ?", instance_key);
  db.run("insert into meta (name, value) values ('deletions', 1) "
         "on conflict (name) do update set value = value + 1");
}

}  // namespace duroxide::persistence::sqlite
