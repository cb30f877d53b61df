#include "persistence/simulated/turns.hpp"

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
bool history_follows(const instance_row* it, const std::vector<history_row>& rows) {
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    const auto before = std::find_if(std::make_reverse_iterator(row), rows.rend(),
                                     [&](const auto& each) { return each.execution == row->execution; });
    const std::uint64_t next = before != rows.rend() ? before->first_event_id + before->count
                               : it != nullptr       ? it->next_event(row->execution)
                                                     : 1;
    if (row->first_event_id != next) return false;
  }
  return true;
}

bool activities_are_new(const instance_row* it, const std::vector<stored_activity>& scheduled) {
  for (auto each = scheduled.begin(); each != scheduled.end(); ++each) {
    if (it != nullptr && it->activities.contains({each->key.execution, each->key.event_id})) return false;
    const auto same = [&](const stored_activity& other) {
      return other.key.execution == each->key.execution && other.key.event_id == each->key.event_id;
    };
    if (std::any_of(scheduled.begin(), each, same)) return false;
  }
  return true;
}

// `it`: the turn's instance, none if the turn creates it.
bool is_true(const instance_row* it, const turn_commit& turn) {
  if (!turn.creates && (it == nullptr || !it->is_running() || it->execution != turn.execution)) return false;
  if (!turn.creates && turn.life != 0 && turn.life != it->key) return false;
  const auto is_in_inbox = [&](std::uint64_t id) { return it != nullptr && it->inbox.contains(id); };
  const auto is_unfinished = [&](std::uint64_t event) {
    return it != nullptr && it->activities.contains({turn.execution, event});
  };
  const auto begins_again = [&](std::uint64_t execution) {
    return it != nullptr ? it->executions.contains(execution) : execution == turn.execution;
  };
  return all_exist_once(turn.consumed, is_in_inbox) &&
         all_exist_once(turn.finished_activities, is_unfinished) && history_follows(it, turn.history) &&
         activities_are_new(it, turn.activities) && !(turn.begins && begins_again(turn.begins->execution));
}

// -- what it changes ------------------------------------------------------------

class turn_writer {
public:
  turn_writer(tables& in, const author& by, const turn_commit& turn) : in_(in), by_(by), turn_(turn) {}

  // REQUIRES: nothing refuses the turn.
  turn_receipt write(instance_row* it) {
    it_ = it;
    if (turn_.creates) {
      it_ = create_instance(in_, *turn_.creates, turn_.update, turn_.execution);
    } else {
      update_instance();
    }
    if (turn_.begins) begin_execution();
    for (const history_row& row : turn_.history) it_->history[row.execution].push_back(row);
    end_execution();
    for (const std::uint64_t id : turn_.consumed) in_.erase_message(*it_, id);
    settle_activities();
    change_kv();
    for (const std::uint64_t event : turn_.cancelled_timers) in_.erase_timers(*it_, turn_.execution, event);
    if (turn_.ends_probation) in_.probations.erase(turn_.instance);
    turn_receipt receipt = send();
    receipt.life = it_->key;
    if (!it_->is_running()) clear_leftovers();
    return receipt;
  }

private:
  void update_instance() {
    const instance_update& update = turn_.update;
    it_->status = update.status;
    it_->updated_at = turn_.began_at;
    if (update.version) it_->version = *update.version;
    if (update.history_format) it_->history_format = *update.history_format;
    if (!update.custom_status) return;
    it_->custom_status = *update.custom_status;
    ++it_->custom_status_version;
  }

  void begin_execution() {
    it_->execution = turn_.begins->execution;
    execution_row& next = it_->executions[it_->execution];
    next.started_at = turn_.began_at;
    next.input = turn_.begins->input;
  }

  void end_execution() {
    if (turn_.ends) {
      const auto found = it_->executions.find(turn_.ends->execution);
      if (found == it_->executions.end()) return;
      execution_row& over = found->second;
      over.status = turn_.ends->status;
      over.ended_at = turn_.began_at;
      const std::uint64_t next = it_->next_event(turn_.ends->execution);
      if (next > 1) over.event_count = next - 1;
      over.output = turn_.ends->output;
      over.error = turn_.ends->error;
    } else if (turn_.update.output || turn_.update.error) {
      execution_row& current = it_->executions[turn_.execution];
      if (turn_.update.output) current.output = turn_.update.output;
      if (turn_.update.error) current.error = turn_.update.error;
    }
  }

  void settle_activities() {
    for (const std::uint64_t event : turn_.finished_activities) {
      activity_row& done = it_->activities.at({turn_.execution, event});
      if (done.what.session) touch_session(in_, by_.whom, *done.what.session, turn_.began_at);
      in_.erase(done);
    }
    for (const stored_activity& each : turn_.activities) {
      activity_row made;
      made.what = each;
      made.what.failures.clear();
      made.owner = each.claimable ? nobody : by_.node;
      made.visible_at = turn_.began_at;
      in_.add(*it_, std::move(made));
      by_.whom.all |= each.claimable;
    }
    for (const std::uint64_t event : turn_.cancelled_activities) {
      const auto found = it_->activities.find({turn_.execution, event});
      if (found != it_->activities.end()) take_away(found->second);
    }
  }

  // Whoever holds it has to look.
  void take_away(activity_row& it) {
    if (it.owner != nobody && it.owner != by_.node) by_.whom.nodes.push_back(it.owner);
    in_.erase(it);
  }

  void change_kv() {
    if (turn_.kv_cleared) it_->kv.clear();
    for (const kv_change& each : turn_.kv) {
      if (each.value) {
        it_->kv.insert_or_assign(each.key, kv_entry{each.key, *each.value, each.updated_at});
      } else {
        it_->kv.erase(each.key);
      }
    }
  }

  // Starts before messages, so that a message may go to an instance that the same turn starts.
  turn_receipt send() {
    turn_receipt receipt;
    if (const auto& next = turn_.begins)
      receipt.begin_message_id = post_message(
          in_, by_,
          persistence::start_message(turn_.instance, next->execution, turn_.began_at, next->delivered_under),
          turn_.began_at);
    for (const queued_message& each : turn_.given_back) give_back(each);
    for (const outgoing_start& each : turn_.starts) {
      start_receipt& started = receipt.starts.emplace_back();
      if (is_in_closed_tree(each.what)) continue;
      started.message_id = start_instance(in_, by_, each.what, each.delivered_under, 1, it_->key);
      started.started = started.message_id != 0;
      if (started.started) started.life = in_.find(each.what.instance)->key;
      if (!started.started && each.if_exists)
        started.message_id = post_message(in_, by_, *each.if_exists, turn_.began_at);
    }
    for (const outgoing_message& each : turn_.messages)
      receipt.message_ids.push_back(post_message(in_, by_, each, turn_.began_at));
    return receipt;
  }

  bool is_in_closed_tree(const instance_start& what) const {
    return what.parent && what.root != 0 && what.root != it_->key && in_.is_closed(what.root);
  }

  // Each execution gives back before what the ones before it gave back.
  void give_back(const queued_message& what) {
    message content;
    content.kind = message_kind::enqueued;
    content.name = what.queue;
    content.data = what.data;
    content.visible_at = turn_.began_at;
    in_.give_back(*it_, std::move(content), turn_.begins->delivered_under, turn_.began_at,
                  -static_cast<std::int64_t>(turn_.execution));
  }

  // Nothing runs any more that could take them.
  void clear_leftovers() {
    in_.clear_inbox(*it_);
    while (!it_->activities.empty()) take_away(it_->activities.begin()->second);
  }

  tables& in_;
  const author& by_;
  const turn_commit& turn_;
  instance_row* it_ = nullptr;
};

}  // namespace

turn_receipt write_turn(tables& in, const author& by, const turn_commit& turn) {
  turn_receipt refused;
  instance_row* it = in.find(turn.instance);
  if (turn.creates && it != nullptr) {
    refused.outcome = turn_outcome::already_exists;
    return refused;
  }
  if (!is_true(it, turn)) {
    refused.outcome = turn_outcome::stale;
    return refused;
  }
  return turn_writer(in, by, turn).write(it);
}

}  // namespace duroxide::internal::simulated
