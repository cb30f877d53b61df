#include "persistence/postgres/batch_encoding.hpp"

#include "duroxide/detail/ensure.hpp"
#include "duroxide/limits.hpp"
#include "persistence/actor_turns.hpp"
#include "persistence/error_json.hpp"
#include "persistence/fenced.hpp"
#include "persistence/given_back.hpp"
#include "persistence/label_json.hpp"
#include "persistence/postgres/failures.hpp"
#include "persistence/start_message.hpp"

#include <algorithm>
#include <string>

namespace duroxide::persistence::postgres {

namespace {

const row_type& type_named(const row_types& types, std::string_view name) {
  const auto found = types.find(std::string(name) + "_v9");
  if (found == types.end())
    throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                        "the schema has no type " + std::string(name) +
                            "_v9. Restore a backup of the schema.");
  return found->second;
}

// The events of `execution` that a turn brings: the first one, and the one after the last.
struct event_range {
  std::optional<std::uint64_t> first;
  std::uint64_t next = 1;
};

event_range events_of(const turn_commit& turn, std::uint64_t execution) {
  event_range range;
  for (const history_row& row : turn.history) {
    if (row.execution != execution) continue;
    if (!range.first) range.first = row.first_event_id;
    if (range.first != row.first_event_id && row.first_event_id != range.next)
      throw rows_refused(true, "the events of a turn have a gap");
    range.next = row.first_event_id + row.count;
  }
  return range;
}

}  // namespace

void wake_list::add(const wake_list& more) {
  nodes.insert(nodes.end(), more.nodes.begin(), more.nodes.end());
  all = all || more.all;
  deleted = deleted || more.deleted;
}

batch_rows::batch_rows(const row_types& types)
    : turns(type_named(types, "changed_instance")), created(type_named(types, "new_instance")),
      events(type_named(types, "new_history")), begun(type_named(types, "new_execution")),
      ended(type_named(types, "changed_execution")), consumed(type_named(types, "taken_message")),
      finished(type_named(types, "activity_of_turn")), cancelled(type_named(types, "activity_of_turn")),
      timers(type_named(types, "activity_of_turn")), scheduled(type_named(types, "new_activity")),
      kv_writes(type_named(types, "kv_write")), outcomes(type_named(types, "reported_activity")),
      messages(type_named(types, "new_message")), progress(type_named(types, "reported_activity")),
      states(type_named(types, "new_state")), answers(type_named(types, "new_answer")),
      journals(type_named(types, "activity_of_turn")), destroyed(type_named(types, "destroyed_actor")) {}

batch_writer::batch_writer(const row_types& types, std::uint32_t shard_count, int history_format)
    : types_(types), shard_count_(shard_count), history_format_(history_format), rows_(types) {}

void batch_writer::add(const turn_commit& turn) {
  const auto number = static_cast<std::int32_t>(rows_.turns.size() + 1);
  add_state(turn, number);
  add_history(turn, number);
  add_execution(turn, number);
  for (const std::uint64_t id : turn.consumed) rows_.consumed.add(number, id);
  add_activities(turn, number);
  if (turn.ends_probation) ended_probations_.push_back(turn.instance);
  for (const std::uint64_t id : turn.cancelled_timers) rows_.timers.add(number, turn.execution, id);
  add_kv(turn, number);
  add_label_changes(label_changes_, number, turn.labels);
  if (turn.actor) add_actor(turn, number);

  for (const queued_message& each : turn.given_back) give_back(each, turn, number);

  turn_places& places = places_.turns.emplace_back();
  if (const auto& next = turn.begins)
    places.begin =
        add_message(start_message(turn.instance, next->execution, turn.began_at, next->delivered_under), turn,
                    {.turn = number});
  places.first_start = places_.starts.size();
  places.starts = turn.starts.size();
  for (const outgoing_start& each : turn.starts) {
    instance_update pending;
    pending.status = runtime_status::pending;
    const std::int32_t position =
        add_instance(each.what, pending, number, 1, 1, place_in_tree(each.what, turn));
    const timestamp due = each.what.start_at.value_or(each.what.created_at);
    start_place& place = places_.starts.emplace_back();
    place.created = position;
    place.start_message = add_message(start_message(each.what.instance, 1, due, each.delivered_under),
                                      each.what.created_at, {.turn = number, .if_created = position});
    if (each.if_exists)
      place.if_exists = add_message(*each.if_exists, turn, {.turn = number, .if_created = -position});
  }
  for (const outgoing_message& each : turn.messages)
    places.messages.push_back(add_message(each, turn, {.turn = number}));
}

void batch_writer::add_state(const turn_commit& turn, std::int32_t number) {
  const event_range events = events_of(turn, turn.execution);
  const std::optional<std::uint64_t> next = next_execution(turn);
  const std::uint64_t next_event = next ? events_of(turn, *next).next : events.next;
  // A turn without events leaves the number as it is.
  const auto next_event_id = events.first || next ? std::optional(next_event) : std::nullopt;
  const auto custom_status = turn.update.custom_status.value_or(std::nullopt);
  std::int32_t creates = 0;
  if (turn.creates) {
    if (events.first.value_or(1) != 1) throw rows_refused(true, "a new instance has no event 1");
    creates = created_by_turn_ = add_instance(*turn.creates, turn.update, number, next.value_or(1),
                                              next_event, {}, turn.actor.has_value());
  } else {
    created_by_turn_ = 0;
    ++existing_;
    without_life_ = without_life_ || turn.life == 0;
    add_ended(turn);
  }
  rows_.turns.add(creates, shard_of(turn.instance, shard_count_), turn.instance, turn.life, turn.execution,
                  to_string(turn.update.status), turn.began_at, events.first, next_event_id, next,
                  turn.update.history_format, turn.update.version, turn.update.custom_status.has_value(),
                  optional_payload(custom_status), changes_instance(turn));
}

// A sender of a message to it waits meanwhile, and finds it ended, or its next life.
void batch_writer::add_ended(const turn_commit& turn) {
  if (!is_terminal(turn.update.status) && !is_destroyed_by(turn)) return;
  written_target& over = targets_[static_cast<std::size_t>(target(turn.instance) - 1)];
  over.ends = true;
  over.destroyed = is_destroyed_by(turn);
}

std::int32_t batch_writer::add_instance(const instance_start& what, const instance_update& state,
                                        std::int32_t turn, std::uint64_t execution,
                                        std::uint64_t next_event_id, const tree_place& tree, bool is_actor) {
  std::optional<std::string> parent;
  std::optional<std::uint64_t> parent_execution;
  std::optional<std::uint64_t> parent_event_id;
  if (what.parent) {
    parent = what.parent->instance;
    parent_execution = what.parent->execution;
    parent_event_id = what.parent->event_id;
  }
  const auto custom_status = state.custom_status.value_or(std::nullopt);
  const auto labels = label_rows_to_json(what.labels);
  constexpr std::uint64_t first_execution = 1;
  rows_.created.add(turn, what.instance, shard_of(what.instance, shard_count_), what.orchestration,
                    state.version.value_or(what.version), to_string(state.status), execution, next_event_id,
                    parent, parent_execution, parent_event_id,
                    what.history_format != 0 ? what.history_format : history_format_, what.created_at,
                    state.custom_status.has_value() ? 1 : 0, optional_payload(labels),
                    optional_payload(custom_status), first_execution, payload{what.input}, tree.root,
                    tree.starter, what.depth, is_actor);
  return static_cast<std::int32_t>(rows_.created.size());
}

// A starter that is the root of the tree is not looked at: its turn shows that it has not ended.
batch_writer::tree_place batch_writer::place_in_tree(const instance_start& what, const turn_commit& starter) {
  if (!what.parent) return {};
  if (what.root == 0 || what.root == starter.life) return {starter.life, created_by_turn_};
  if (std::ranges::find(roots_, what.root) == roots_.end()) roots_.push_back(what.root);
  return {what.root, 0};
}

std::int32_t batch_writer::target(const std::string& instance) {
  const auto next = static_cast<std::int32_t>(targets_.size() + 1);
  const auto [known, is_new] = target_positions_.try_emplace(instance, next);
  if (is_new) targets_.push_back({instance});
  return known->second;
}

void batch_writer::add_creation(std::int32_t target, const std::string& orchestration, timestamp now) {
  written_target& receiver = targets_[static_cast<std::size_t>(target - 1)];
  if (orchestration.empty() || receiver.creates) return;
  receiver.creates = orchestration;
  receiver.created_at = now;
}

row_array batch_writer::encoded_targets() const {
  row_array encoded(type_named(types_, "target"));
  for (const written_target& each : targets_)
    encoded.add(each.instance, each.ends, each.destroyed, each.creates, shard_of(each.instance, shard_count_),
                history_format_, each.created_at);
  return encoded;
}

void batch_writer::add_actor(const turn_commit& turn, std::int32_t number) {
  const actor_change& change = *turn.actor;
  if (change.state)
    rows_.states.add(number, turn.instance, change.state->version, payload{change.state->state},
                     change.state->answers_since, turn.began_at);
  for (const kept_answer& each : change.answers) {
    const auto error = error_to_json(each.error);
    rows_.answers.add(number, turn.instance, each.command_id, each.made_at, payload{each.answer},
                      optional_payload(error));
  }
  constexpr std::uint64_t no_event = 0;
  if (change.ends_journal) rows_.journals.add(number, turn.execution, no_event);
  if (change.destroyed) rows_.destroyed.add(number, turn.began_at, history_format_);
}

void batch_writer::add_history(const turn_commit& turn, std::int32_t number) {
  for (const history_row& row : turn.history)
    rows_.events.add(number, row.execution, row.first_event_id, row.count, row.packed);
}

void batch_writer::add_execution(const turn_commit& turn, std::int32_t number) {
  if (turn.begins)
    rows_.begun.add(number, turn.begins->execution, turn.began_at, payload{turn.begins->input});
  if (turn.ends) {
    const event_range events = events_of(turn, turn.ends->execution);
    const auto count = events.first ? std::optional(events.next - 1) : std::nullopt;
    const auto error = error_to_json(turn.ends->error);
    rows_.ended.add(number, turn.ends->execution, to_string(turn.ends->status), turn.began_at, count,
                    payload{turn.ends->output}, optional_payload(error));
  } else if (turn.update.output || turn.update.error) {
    const auto error = error_to_json(turn.update.error);
    rows_.ended.add(number, turn.execution, std::nullopt, std::nullopt, std::nullopt,
                    optional_payload(turn.update.output), optional_payload(error));
  }
}

void batch_writer::add_activities(const turn_commit& turn, std::int32_t number) {
  for (const std::uint64_t id : turn.finished_activities) rows_.finished.add(number, turn.execution, id);
  for (const std::uint64_t id : turn.cancelled_activities) rows_.cancelled.add(number, turn.execution, id);
  for (const stored_activity& each : turn.activities)
    rows_.scheduled.add(number, turn.instance, each.key.execution, each.key.event_id, each.claimable,
                        each.crash_count, each.attempt, each.retry_of, turn.began_at, each.due, each.name,
                        each.tag, each.session, payload{each.input});
}

void batch_writer::add_kv(const turn_commit& turn, std::int32_t number) {
  if (turn.kv_cleared) rows_.kv_writes.add(number, std::nullopt, turn.began_at, std::nullopt);
  for (const kv_change& each : turn.kv)
    rows_.kv_writes.add(number, each.key, each.updated_at, optional_payload(each.value));
}

std::size_t batch_writer::add_message(const outgoing_message& what, timestamp sent_at,
                                      const addressing& address) {
  const message& content = what.content;
  const auto error = error_to_json(content.error);
  rows_.messages.add(address.turn, address.target, content.instance, shard_of(content.instance, shard_count_),
                     to_string(content.kind), content.execution, content.source, what.delivered_under,
                     sent_at, content.visible_at, address.place, address.if_created, address.if_accepted,
                     content.name, optional_payload(error), payload{content.data});
  return rows_.messages.size() - 1;
}

std::size_t batch_writer::add_message(const outgoing_message& what, const turn_commit& turn,
                                      addressing address) {
  const std::string& receiver = what.content.instance;
  if (receiver != turn.instance || is_terminal(turn.update.status)) {
    address.target = target(receiver);
    add_creation(address.target, what.creates, turn.began_at);
  }
  return add_message(what, turn.began_at, address);
}

// Each execution gives back before what the ones before it gave back.
void batch_writer::give_back(const queued_message& what, const turn_commit& turn, std::int32_t number) {
  message content;
  content.kind = message_kind::enqueued;
  content.instance = turn.instance;
  content.name = what.queue;
  content.data = what.data;
  content.visible_at = turn.began_at;
  add_message({std::move(content), turn.begins ? turn.begins->delivered_under : 0}, turn.began_at,
              {.turn = number, .place = place_of_given_back(turn)});
}

void batch_writer::add(const client_post& post) {
  const std::int32_t receiver = target(post.content.instance);
  // A client makes a message when it sends it, unless it is one for later.
  const timestamp sent_at = post.content.visible_at;
  add_creation(receiver, post.creates, sent_at);
  places_.posts.push_back(add_message({post.content, post.delivered_under}, sent_at, {.target = receiver}));
}

void batch_writer::add(const claimed_outcome& done) {
  const std::int32_t receiver = target(done.key.instance);
  rows_.outcomes.add(receiver, done.key.instance, done.key.life, done.key.execution, done.key.event_id,
                     done.outcome.visible_at, std::nullopt);
  const auto position = static_cast<std::int32_t>(rows_.outcomes.size());
  places_.outcomes.push_back(
      add_message({done.outcome, 0}, done.outcome.visible_at, {.target = receiver, .if_accepted = position}));
}

void batch_writer::add(const activity_progress& progress) {
  rows_.progress.add(0, progress.key.instance, progress.key.life, progress.key.execution,
                     progress.key.event_id, progress.reported_at, payload{progress.details});
}

void batch_writer::add_probations(const commit_batch& batch) {
  for (const std::string& each : batch.probations)
    begun_probations_.push_back(static_cast<std::uint64_t>(target(each)));
  ended_probations_.insert(ended_probations_.end(), batch.ended_probations.begin(),
                           batch.ended_probations.end());
}

void batch_writer::add_start(const instance_start& what) {
  instance_update pending;
  pending.status = runtime_status::pending;
  const std::int32_t position = add_instance(what, pending, 0, 1, 1, {});
  const timestamp due = what.start_at.value_or(what.created_at);
  places_.client_starts.push_back(places_.starts.size());
  start_place& place = places_.starts.emplace_back();
  place.created = position;
  place.start_message =
      add_message(start_message(what.instance, 1, due, 0), what.created_at, {.if_created = position});
}

batch_answer batch_writer::write(connection& db, const batch_author& author) {
  parameters values;
  values.add(static_cast<std::int32_t>(author.node));
  values.add(static_cast<std::int32_t>(author.lane));
  values.add(author.epoch);
  values.add(author.commit_seq);
  values.add(existing_);
  values.add(without_life_);
  values.add_encoded(rows_.created.take());
  values.add(roots_);
  values.add_encoded(encoded_targets().take());
  for (row_array* each : {&rows_.turns, &rows_.events, &rows_.begun, &rows_.ended, &rows_.consumed,
                          &rows_.finished, &rows_.cancelled, &rows_.timers, &rows_.scheduled,
                          &rows_.kv_writes, &rows_.outcomes, &rows_.messages})
    values.add_encoded(each->take());
  values.add(discarded_);
  values.add_encoded(rows_.progress.take());
  values.add(begun_probations_);
  values.add(ended_probations_);
  const bool destroys = rows_.destroyed.size() > 0;
  for (row_array* each : {&rows_.states, &rows_.answers, &rows_.journals, &rows_.destroyed})
    values.add_encoded(each->take());
  values.add(std::string_view(label_changes_));
  batch_answer answer = answer_from(
      db.run_with("select fenced, turn_lives, created_lives, message_ids, wake, wake_all from "
                  "commit_batch_v9($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
                  "$14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)",
                  values),
      author);
  answer.wake.deleted = destroys;
  return answer;
}

batch_answer batch_writer::write_replacing(connection& db) {
  parameters values;
  values.add_encoded(rows_.created.take());
  values.add_encoded(rows_.messages.take());
  return answer_from(db.run_with("select fenced, turn_lives, created_lives, message_ids, wake, wake_all from "
                                 "replace_ended_v9($1, $2)",
                                 values),
                     {});
}

batch_answer batch_writer::answer_from(row_cursor row, const batch_author& author) {
  bool fenced = false;
  std::vector<std::int64_t> turns;
  std::vector<std::int64_t> created;
  std::vector<std::int64_t> ids;
  batch_answer answer;
  detail::ensure(row.next(), "the function that writes a batch gives a row");
  row.read("fenced", fenced, "turn_lives", numbers_column{turns}, "created_lives", numbers_column{created},
           "message_ids", numbers_column{ids}, "wake", numbers_column{answer.wake.nodes}, "wake_all",
           answer.wake.all);
  if (fenced) throw_fenced(author.node);
  for (start_place& each : places_.starts)
    each.life = static_cast<std::uint64_t>(created.at(static_cast<std::size_t>(each.created - 1)));
  answer.receipt = receipt_from(turns, ids);
  return answer;
}

batch_receipt batch_writer::receipt_from(const std::vector<std::int64_t>& lives,
                                         const std::vector<std::int64_t>& ids) const {
  batch_receipt all;
  const auto id_at = [&ids](std::size_t place) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(ids.at(place), 0));
  };
  for (std::size_t i = 0; i < places_.turns.size(); ++i) {
    turn_receipt& receipt = all.turns.emplace_back();
    if (lives.at(i) == 0) {
      receipt.outcome = turn_outcome::already_exists;
      continue;
    }
    receipt.life = static_cast<std::uint64_t>(lives.at(i));
    const turn_places& places = places_.turns[i];
    for (const std::size_t place : places.messages) receipt.message_ids.push_back(id_at(place));
    for (std::size_t n = places.first_start; n < places.first_start + places.starts; ++n) {
      const start_place& place = places_.starts[n];
      const std::uint64_t id = place.life != 0   ? id_at(place.start_message)
                               : place.if_exists ? id_at(*place.if_exists)
                                                 : 0;
      receipt.starts.push_back({place.life != 0, id, place.life});
    }
    if (places.begin) receipt.begin_message_id = id_at(*places.begin);
  }
  for (const std::size_t place : places_.client_starts)
    all.started.push_back(places_.starts[place].life != 0);
  for (const std::size_t place : places_.posts) {
    const auto outcome = ids.at(place) > 0    ? post_outcome::accepted
                         : ids.at(place) == 0 ? post_outcome::not_found
                                              : post_outcome::terminal;
    all.posts.push_back({outcome, id_at(place)});
  }
  for (const std::size_t place : places_.outcomes) all.outcomes.push_back(id_at(place));
  return all;
}

}  // namespace duroxide::persistence::postgres
