#include "persistence/simulated/turns.hpp"

#include "persistence/actor_turns.hpp"
#include "persistence/given_back.hpp"
#include "persistence/simulated/problems.hpp"
#include "persistence/simulated/sessions.hpp"
#include "persistence/start_message.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

namespace {

// -- what a turn relies on ------------------------------------------------------

template <class Exists> bool all_exist_once(std::vector<std::uint64_t> ids, Exists exists) {
  std::ranges::sort(ids);
  return std::ranges::adjacent_find(ids) == ids.end() && std::ranges::all_of(ids, exists);
}

// Each row of events begins where its execution's last one ended, which may be one of the same turn (I6).
bool history_follows(const instance_row* instance, const std::vector<history_row>& rows) {
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    const auto before = std::find_if(std::make_reverse_iterator(row), rows.rend(),
                                     [&](const auto& each) { return each.execution == row->execution; });
    const std::uint64_t next = before != rows.rend() ? before->first_event_id + before->count
                               : instance != nullptr ? instance->next_event(row->execution)
                                                     : 1;
    if (row->first_event_id != next) return false;
  }
  return true;
}

bool activities_are_new(const instance_row* instance, const std::vector<stored_activity>& scheduled) {
  for (auto each = scheduled.begin(); each != scheduled.end(); ++each) {
    if (instance != nullptr && instance->activities.contains({each->key.execution, each->key.event_id}))
      return false;
    const auto same = [&](const stored_activity& other) {
      return other.key.execution == each->key.execution && other.key.event_id == each->key.event_id;
    };
    if (std::any_of(scheduled.begin(), each, same)) return false;
  }
  return true;
}

// `instance`: the turn's instance, none if the turn creates it.
bool is_true(const instance_row* instance, const turn_commit& turn) {
  if (!turn.creates &&
      (instance == nullptr || !instance->is_running() || instance->execution != turn.execution))
    return false;
  if (!turn.creates && turn.life != 0 && turn.life != instance->key) return false;
  const auto is_in_inbox = [&](std::uint64_t id) {
    return instance != nullptr && instance->inbox.contains(id);
  };
  const auto is_unfinished = [&](std::uint64_t event) {
    return instance != nullptr && instance->activities.contains({turn.execution, event});
  };
  const auto begins_again = [&](std::uint64_t execution) {
    return instance != nullptr ? instance->executions.contains(execution) : execution == turn.execution;
  };
  return all_exist_once(turn.consumed, is_in_inbox) &&
         all_exist_once(turn.finished_activities, is_unfinished) && history_follows(instance, turn.history) &&
         activities_are_new(instance, turn.activities) &&
         !(turn.begins && begins_again(turn.begins->execution));
}

// -- what it changes ------------------------------------------------------------

class turn_writer {
public:
  turn_writer(tables& rows, const author& origin, const turn_commit& turn)
      : rows_(rows), origin_(origin), turn_(turn) {}

  // REQUIRES: nothing refuses the turn.
  turn_receipt write(instance_row* instance) {
    instance_ = instance;
    if (turn_.creates) {
      instance_ = create_instance(rows_, *turn_.creates, turn_.update, turn_.execution);
      if (turn_.actor) instance_->executions.clear();
    } else if (persistence::changes_instance(turn_)) {
      update_instance();
    }
    if (turn_.begins) begin_execution();
    for (const history_row& row : turn_.history) instance_->history[row.execution].push_back(row);
    end_execution();
    for (const std::uint64_t id : turn_.consumed) rows_.messages.erase(*instance_, id);
    settle_activities();
    change_kv();
    change_labels();
    for (const std::uint64_t event : turn_.cancelled_timers)
      rows_.messages.erase_timers(*instance_, turn_.execution, event);
    if (turn_.ends_probation) rows_.probations.erase(turn_.instance);
    if (turn_.ends_problem) rows_.problems.erase(instance_->key);
    if (turn_.problem) note_problem(rows_, *turn_.problem, origin_.node);
    if (turn_.actor) change_actor(*turn_.actor);
    turn_receipt receipt = send();
    receipt.life = instance_->key;
    if (!instance_->is_running()) clear_leftovers();
    if (persistence::is_destroyed_by(turn_)) destroy();
    return receipt;
  }

private:
  void update_instance() {
    const instance_update& update = turn_.update;
    instance_->status = update.status;
    instance_->updated_at = turn_.began_at;
    if (update.version) instance_->version = *update.version;
    if (update.history_format) instance_->history_format = *update.history_format;
    if (!update.custom_status) return;
    instance_->custom_status = *update.custom_status;
    ++instance_->custom_status_version;
  }

  void change_actor(const actor_change& change) {
    for (const kept_answer& each : change.answers)
      rows_.answers[turn_.instance].insert_or_assign(each.command_id, each);
    if (change.state) {
      const timestamp since = change.state->answers_since;
      if (since > (instance_->actor ? instance_->actor->state.answers_since : timestamp()))
        std::erase_if(rows_.answers[turn_.instance],
                      [&](const auto& each) { return each.second.made_at < since; });
      instance_->actor = actor_row{*change.state, turn_.began_at};
    }
    if (!change.ends_journal) return;
    instance_->history.erase(turn_.execution);
    instance_->executions.erase(turn_.execution);
    instance_->execution = turn_.execution + 1;
  }

  // Commands that wait begin the next life.
  void destroy() {
    std::vector<message_row> commands;
    for (const message_row* each : instance_->messages_in_order())
      if (each->content.kind == message_kind::enqueued && each->content.name == command_queue)
        commands.push_back(*each);
    clear_leftovers();
    const std::string orchestration = instance_->orchestration;
    const std::uint32_t shard = instance_->shard;
    rows_.erase(*instance_);
    ++rows_.deletions;
    origin_.concerned.all = true;
    if (commands.empty()) return;
    instance_row& next = create_actor(rows_, turn_.instance, orchestration, turn_.began_at);
    next.shard = shard;
    for (message_row& each : commands) {
      const std::uint64_t id = rows_.messages.post(next, std::move(each.content), 0, each.sent_at);
      next.inbox.at(id).place = each.place;
      next.inbox.at(id).crash_count = each.crash_count;
    }
  }

  void begin_execution() {
    instance_->execution = turn_.begins->execution;
    execution_row& next = instance_->executions[instance_->execution];
    next.started_at = turn_.began_at;
    next.input = turn_.begins->input;
  }

  void end_execution() {
    if (turn_.ends) {
      const auto found = instance_->executions.find(turn_.ends->execution);
      if (found == instance_->executions.end()) return;
      execution_row& over = found->second;
      over.status = turn_.ends->status;
      over.ended_at = turn_.began_at;
      const std::uint64_t next = instance_->next_event(turn_.ends->execution);
      if (next > 1) over.event_count = next - 1;
      over.output = turn_.ends->output;
      over.error = turn_.ends->error;
    } else if (turn_.update.output || turn_.update.error) {
      execution_row& current = instance_->executions[turn_.execution];
      if (turn_.update.output) current.output = turn_.update.output;
      if (turn_.update.error) current.error = turn_.update.error;
    }
  }

  void settle_activities() {
    for (const std::uint64_t event : turn_.finished_activities) {
      activity_row& done = instance_->activities.at({turn_.execution, event});
      if (done.what.session) touch_session(rows_, origin_.concerned, *done.what.session, turn_.began_at);
      rows_.activities.erase(done);
    }
    for (const stored_activity& each : turn_.activities) {
      activity_row made;
      made.what = each;
      made.what.failures.clear();
      made.owner = each.claimable ? nobody : origin_.node;
      made.visible_at = turn_.began_at;
      rows_.activities.add(*instance_, std::move(made));
      origin_.concerned.all |= each.claimable;
    }
    for (const std::uint64_t event : turn_.cancelled_activities) {
      const auto found = instance_->activities.find({turn_.execution, event});
      if (found != instance_->activities.end()) take_away(found->second);
    }
  }

  // Its owner has to look.
  void take_away(activity_row& row) {
    if (row.owner != nobody && row.owner != origin_.node) origin_.concerned.nodes.push_back(row.owner);
    rows_.activities.erase(row);
  }

  void change_kv() {
    if (turn_.kv_cleared) instance_->kv.clear();
    for (const kv_change& each : turn_.kv) {
      if (each.value) {
        instance_->kv.insert_or_assign(each.key, kv_entry{each.key, *each.value, each.updated_at});
      } else {
        instance_->kv.erase(each.key);
      }
    }
  }

  void change_labels() {
    std::vector<label>& labels = instance_->labels;
    for (const label_change& each : turn_.labels) {
      std::erase_if(labels, [&](const label& other) { return other.name == each.wanted.name; });
      if (!each.is_removed) labels.push_back(each.wanted);
    }
    if (!turn_.labels.empty()) std::ranges::sort(labels, {}, &label::name);
  }

  // Starts before messages, so that a message may go to an instance that the same turn starts.
  turn_receipt send() {
    turn_receipt receipt;
    if (const auto& next = turn_.begins)
      receipt.begin_message_id = post_message(
          rows_, origin_,
          persistence::start_message(turn_.instance, next->execution, turn_.began_at, next->delivered_under),
          turn_.began_at);
    for (const queued_message& each : turn_.given_back) give_back(each);
    for (const outgoing_start& each : turn_.starts) {
      start_receipt& started = receipt.starts.emplace_back();
      if (is_in_closed_tree(each.what)) continue;
      started.message_id = start_instance(rows_, origin_, each.what, each.delivered_under, 1, instance_->key);
      started.started = started.message_id != 0;
      if (started.started) started.life = rows_.instances.find(each.what.instance)->key;
      if (!started.started && each.if_exists)
        started.message_id = post_message(rows_, origin_, *each.if_exists, turn_.began_at);
    }
    for (const outgoing_message& each : turn_.messages)
      receipt.message_ids.push_back(post_message(rows_, origin_, each, turn_.began_at));
    return receipt;
  }

  bool is_in_closed_tree(const instance_start& what) const {
    return what.parent && what.root != 0 && what.root != instance_->key &&
           rows_.instances.is_closed(what.root);
  }

  // Each execution gives back before what the ones before it gave back.
  void give_back(const queued_message& what) {
    message content;
    content.kind = message_kind::enqueued;
    content.name = what.queue;
    content.data = what.data;
    content.visible_at = turn_.began_at;
    const std::uint64_t delivered_under = turn_.begins ? turn_.begins->delivered_under : 0;
    rows_.messages.give_back(*instance_, std::move(content), delivered_under, turn_.began_at,
                             persistence::place_of_given_back(turn_));
  }

  // Nothing runs any more that could take them.
  void clear_leftovers() {
    rows_.messages.clear(*instance_);
    while (!instance_->activities.empty()) take_away(instance_->activities.begin()->second);
  }

  tables& rows_;
  const author& origin_;
  const turn_commit& turn_;
  instance_row* instance_ = nullptr;
};

}  // namespace

turn_receipt write_turn(tables& rows, const author& origin, const turn_commit& turn) {
  turn_receipt refused;
  if (turn.actor)
    for (const kept_answer& each : turn.actor->answers)
      if (const auto* known = rows.find_answer(turn.instance, each.command_id); known != nullptr)
        refused.repeated.push_back(*known);
  if (!refused.repeated.empty()) {
    refused.outcome = turn_outcome::repeated;
    return refused;
  }
  instance_row* instance = rows.instances.find(turn.instance);
  if (turn.creates && instance != nullptr) {
    refused.outcome = turn_outcome::already_exists;
    return refused;
  }
  if (!is_true(instance, turn)) {
    refused.outcome = turn_outcome::stale;
    return refused;
  }
  return turn_writer(rows, origin, turn).write(instance);
}

}  // namespace duroxide::internal::simulated
