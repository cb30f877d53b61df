#include "persistence/sqlite/turn_writer.hpp"

#include "persistence/actor_turns.hpp"
#include "persistence/error_json.hpp"
#include "persistence/given_back.hpp"
#include "persistence/sqlite/actors.hpp"
#include "persistence/sqlite/crash_probation.hpp"
#include "persistence/sqlite/kv.hpp"
#include "persistence/sqlite/labels.hpp"
#include "persistence/sqlite/problems.hpp"
#include "persistence/sqlite/sessions.hpp"
#include "persistence/sqlite/tree_cancellation.hpp"

#include <algorithm>

namespace duroxide::persistence::sqlite {

turn_receipt turn_writer::write(const turn_commit& turn) {
  changes_before_ = db_.total_changes();
  turn_receipt receipt;
  if (turn.actor && !take_answers(turn, receipt)) return receipt;
  receipt.outcome = write_refusable(turn);
  if (receipt.outcome != turn_outcome::committed) {
    if (turn.actor) take_back(turn);
    return receipt;
  }
  receipt.life = key_;

  if (!turn.creates && changes_instance(turn))
    update_instance(turn);
  else if (const auto next = next_execution(turn); turn.creates && next)
    db_.run("update instances set execution = ? where key = ?", *next, key_);
  end_execution(turn);
  if (turn.actor) change_actor(turn);
  write_kv(db_, key_, turn);
  change_labels(db_, key_, turn.labels);
  cancel(turn);
  receipt.begin_message_id = begin_execution(turn);
  give_back(turn);
  // Starts before messages, so that a message may go to an instance that the same turn starts.
  for (const auto& each : turn.starts)
    receipt.starts.push_back(is_in_closed_tree(each.what) ? start_receipt() : start(each, turn.began_at));
  for (const auto& each : turn.messages)
    receipt.message_ids.push_back(
        post_message(db_, context_, {each.content, each.delivered_under, turn.began_at, each.creates}));
  if (is_terminal(turn.update.status)) clear_leftovers();
  if (is_destroyed_by(turn)) destroy(turn);
  return receipt;
}

// False, and nothing was written, if one of them is there already.
bool turn_writer::take_answers(const turn_commit& turn, turn_receipt& receipt) {
  const auto& answers = turn.actor->answers;
  if (add_answers(db_, turn.instance, answers) == answers.size()) return true;
  receipt.outcome = turn_outcome::repeated;
  receipt.repeated = read_answers(db_, turn.instance, answers);
  changes_before_ = db_.total_changes();
  return false;
}

// The answers of a turn that was refused. If that has left other traces, all of it is undone by others.
void turn_writer::take_back(const turn_commit& turn) {
  const auto& answers = turn.actor->answers;
  if (static_cast<std::size_t>(db_.total_changes() - changes_before_) != answers.size()) return;
  take_back_answers(db_, turn.instance, answers, answers.size());
  changes_before_ = db_.total_changes();
}

void turn_writer::change_actor(const turn_commit& turn) {
  const actor_change& change = *turn.actor;
  if (change.state && !change.destroyed) write_state(db_, key_, *change.state, turn.began_at);
  if (change.state && change.state->answers_since > answers_since_)
    delete_old_answers(db_, turn.instance, change.state->answers_since);
  if (change.ends_journal) delete_journal(db_, key_, turn.execution);
}

void turn_writer::destroy(const turn_commit& turn) {
  note_other_owners(db_.rows("delete from activities where instance_key = ? returning owner", key_));
  end_life(db_, context_, turn.instance, key_, turn.began_at);
  for_others_ = true;
}

turn_outcome turn_writer::write_refusable(const turn_commit& turn) {
  if (turn.creates) {
    const auto key = turn.actor ? insert_instance_alone(db_, context_, *turn.creates, turn.update)
                                : insert_instance(db_, context_, *turn.creates, turn.update);
    if (!key) return turn_outcome::already_exists;
    key_ = *key;
    shard_ = shard_of(turn.instance, context_.shard_count);
  } else if (!find(turn)) {
    return turn_outcome::stale;
  }
  const bool holds = take_consumed(turn) && take_finished(turn) && append_history(turn) &&
                     add_activities(turn) &&
                     (!turn.begins ||
                      insert_execution(db_, key_, turn.begins->execution, turn.begins->input, turn.began_at));
  return holds ? turn_outcome::committed : turn_outcome::stale;
}

bool turn_writer::find(const turn_commit& turn) {
  if (turn.actor) return find_actor(turn);
  auto row = db_.rows("select key, shard from instances where id = ?1 and execution = ?2 and ?3 in (0, key) "
                      "and status in ('pending', 'running')",
                      turn.instance, turn.execution, turn.life);
  if (!row.next()) return false;
  row.read("key", key_, "shard", shard_);
  return true;
}

bool turn_writer::find_actor(const turn_commit& turn) {
  auto row = db_.rows("select i.key, i.shard, s.answers_since from instances i "
                      "left join actor_states s on s.instance_key = i.key "
                      "where i.id = ?1 and i.execution = ?2 and ?3 in (0, i.key) "
                      "and i.status in ('pending', 'running')",
                      turn.instance, turn.execution, turn.life);
  if (!row.next()) return false;
  row.read("key", key_, "shard", shard_, "answers_since", answers_since_);
  return true;
}

bool turn_writer::take_consumed(const turn_commit& turn) {
  return std::ranges::all_of(turn.consumed, [&](std::uint64_t id) {
    return db_.run("delete from inbox where id = ? and instance_key = ?", id, key_) == 1;
  });
}

bool turn_writer::take_finished(const turn_commit& turn) {
  return std::ranges::all_of(turn.finished_activities, [&](std::uint64_t event_id) {
    auto row = db_.rows("delete from activities where instance_key = ? and execution = ? and event_id = ? "
                        "returning session",
                        key_, turn.execution, event_id);
    if (!row.next()) return false;
    std::optional<std::string> session;
    row.read("session", session);
    if (session) touch_session(db_, *session, turn.began_at);
    for_others_ |= session.has_value();  // its node may have room for another session now
    return true;
  });
}

bool turn_writer::append_history(const turn_commit& turn) {
  return std::ranges::all_of(turn.history, [&](const history_row& events) {
    const auto next = db_.value<std::uint64_t>(
        "select first_event_id + count from history where instance_key = ? and execution = ? "
        "order by first_event_id desc limit 1",
        key_, events.execution);
    if (events.first_event_id != std::max<std::uint64_t>(next, 1)) return false;
    db_.run(
        "insert into history (instance_key, execution, first_event_id, count, packed) values (?, ?, ?, ?, ?)",
        key_, events.execution, events.first_event_id, events.count, events.packed);
    return true;
  });
}

bool turn_writer::add_activities(const turn_commit& turn) {
  return std::ranges::all_of(turn.activities, [&](const stored_activity& each) {
    for_others_ |= each.claimable;
    return db_.run(
               "insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, "
               "finished, attempts, attempt, retry_of, visible_at, due, name, tag, session, input) "
               "values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
               key_, turn.instance, each.key.execution, each.key.event_id, shard_,
               each.claimable ? std::nullopt : context_.node, each.claimable, each.crash_count, each.attempt,
               each.retry_of, turn.began_at, each.due, each.name, each.tag, each.session,
               payload{each.input}) == 1;
  });
}

void turn_writer::update_instance(const turn_commit& turn) {
  const instance_update& update = turn.update;
  const auto custom_status = update.custom_status.value_or(std::nullopt);
  db_.run("update instances set status = ?2, updated_at = ?3, execution = coalesce(?4, execution), "
          "version = coalesce(?5, version), custom_status = iif(?6, ?7, custom_status), "
          "custom_status_version = custom_status_version + ?6, history_format = coalesce(?8, history_format) "
          "where key = ?1",
          key_, to_string(update.status), turn.began_at, next_execution(turn), update.version,
          update.custom_status.has_value(), optional_payload(custom_status), update.history_format);
}

void turn_writer::end_execution(const turn_commit& turn) {
  if (turn.ends) {
    const auto error = error_to_json(turn.ends->error);
    db_.run("update executions set status = ?3, ended_at = ?4, output = ?5, error = ?6, event_count = "
            "(select first_event_id + count - 1 from history where instance_key = ?1 and execution = ?2 "
            "order by first_event_id desc limit 1) where instance_key = ?1 and execution = ?2",
            key_, turn.ends->execution, to_string(turn.ends->status), turn.began_at,
            payload{turn.ends->output}, optional_payload(error));
  } else if (turn.update.output || turn.update.error) {
    const auto error = error_to_json(turn.update.error);
    db_.run("update executions set output = coalesce(?3, output), error = coalesce(?4, error) "
            "where instance_key = ?1 and execution = ?2",
            key_, turn.execution, optional_payload(turn.update.output), optional_payload(error));
  }
}

void turn_writer::cancel(const turn_commit& turn) {
  for (const std::uint64_t event_id : turn.cancelled_activities)
    note_other_owners(
        db_.rows("delete from activities where instance_key = ? and execution = ? and event_id = ? "
                 "returning owner",
                 key_, turn.execution, event_id));
  if (turn.ends_probation) end_probation(db_, turn.instance);
  if (turn.ends_problem) end_problem(db_, key_);
  if (turn.problem) note_problem(db_, *turn.problem, context_.node.value());
  for (const std::uint64_t event_id : turn.cancelled_timers)
    db_.run(
        "delete from inbox where instance_key = ? and source = ? and execution = ? and kind = 'timer_due'",
        key_, event_id, turn.execution);
}

std::uint64_t turn_writer::begin_execution(const turn_commit& turn) {
  if (!turn.begins) return 0;
  message content;
  content.kind = message_kind::start;
  content.instance = turn.instance;
  content.execution = turn.begins->execution;
  content.visible_at = turn.began_at;
  return post_message(db_, context_, {content, turn.begins->delivered_under, turn.began_at});
}

// Each execution gives back before what the ones before it gave back.
void turn_writer::give_back(const turn_commit& turn) {
  const bool is_delivered = turn.begins && turn.begins->delivered_under != 0;
  for (const queued_message& each : turn.given_back)
    db_.run(
        "insert into inbox (instance_key, shard, instance, kind, execution, source, delivered_to, sent_at, "
        "visible_at, name, place, data) values (?1, ?2, ?3, 'enqueued', 0, 0, ?4, ?5, ?5, ?6, ?7, ?8)",
        key_, shard_, turn.instance, is_delivered ? context_.node : std::nullopt, turn.began_at, each.queue,
        place_of_given_back(turn), payload{each.data});
}

// All that one turn starts is in one tree. This instance is open itself: it has just made a turn.
bool turn_writer::is_in_closed_tree(const instance_start& what) {
  if (!what.parent || what.root == 0 || what.root == key_ || what.root == open_root_) return false;
  if (!is_tree_open(db_, what.root)) return true;
  open_root_ = what.root;
  return false;
}

start_receipt turn_writer::start(const outgoing_start& what, timestamp now) {
  if (const auto made = start_instance(db_, context_, what.what, what.delivered_under, 1, key_))
    return {true, made->message_id, made->life};
  if (!what.if_exists) return {};
  return {
      false,
      post_message(db_, context_,
                   {what.if_exists->content, what.if_exists->delivered_under, now, what.if_exists->creates}),
      0};
}

// Nothing runs any more that could take them.
void turn_writer::clear_leftovers() {
  db_.run("delete from inbox where instance_key = ?", key_);
  note_other_owners(db_.rows("delete from activities where instance_key = ? returning owner", key_));
}

void turn_writer::note_other_owners(row_cursor owners) {
  while (owners.next()) {
    std::optional<std::uint64_t> owner;
    owners.read("owner", owner);
    for_others_ |= owner.has_value() && owner != context_.node;
  }
}

}  // namespace duroxide::persistence::sqlite
