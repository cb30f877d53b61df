#include "actors/instance/turn_effects.hpp"

#include "duroxide/detail/ensure.hpp"
#include "duroxide/detail/start_message.hpp"
#include "actors/activity/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// As the commit that started it has left it.
local_child_start make_local_child_start(const instance_start& started, const start_receipt& answer,
                                         std::uint64_t starter, std::uint32_t shard) {
  local_child_start child;
  loaded_instance& stored = child.stored;
  stored.instance = started.instance;
  stored.life = answer.life;
  stored.shard = shard;
  stored.status.life = answer.life;
  stored.status.status = runtime_status::pending;
  stored.status.orchestration = started.orchestration;
  stored.status.version = started.version;
  stored.status.execution = 1;
  stored.status.created_at = stored.status.updated_at = started.created_at;
  stored.status.labels = started.labels;
  stored.input = started.input;
  stored.parent = started.parent;
  stored.root = started.root != 0 ? started.root : starter;
  stored.depth = started.depth;
  stored.history_format = started.history_format;
  child.start = duroxide::detail::start_message(started.instance, 1, answer.message_id);
  child.start.visible_at = started.created_at;
  return child;
}

}  // namespace

void turn_effects::release(instance_self::base& self, const turn_commit& turn, const turn_receipt& receipt,
                           std::shared_ptr<activity_room::reservation> reserved) {
  detail::ensure(receipt.starts.size() == turn.starts.size(), "the store answers each start of a turn");
  detail::ensure(receipt.message_ids.size() == turn.messages.size(),
                 "the store answers each message of a turn");
  run_activities_of(self, turn, std::move(reserved));
  start_others(self, turn, receipt);
  send_messages(self, turn, receipt);
  cancel_activities_of(self, turn);
  cancel_timers_of(self, turn);
  tell_waiters(self, turn);
}

void turn_effects::run_activities_of(instance_self::base& self, const turn_commit& turn,
                                     std::shared_ptr<activity_room::reservation> reserved) const {
  if (turn.activities.empty()) return;
  run_activities scheduled{turn.activities, true, std::move(reserved)};
  for (stored_activity& each : scheduled.activities) each.key.life = owner_.life;
  self.send(context_->pool, std::move(scheduled));
}

// Those whose shards this node owned when it was committed; the others find theirs in the store.
void turn_effects::start_others(instance_self::base& self, const turn_commit& turn,
                                const turn_receipt& receipt) const {
  for (std::size_t i = 0; i < receipt.starts.size(); ++i) {
    const outgoing_start& start = turn.starts[i];
    const start_receipt& answer = receipt.starts[i];
    if (answer.message_id == 0) continue;
    if ((answer.started ? start.delivered_under : start.if_exists->delivered_under) == 0) continue;
    if (answer.started) {
      const std::uint32_t shard = shard_of(start.what.instance, context_->membership.shard_count);
      self.send(context_->dispatcher_of(start.what.instance),
                make_local_child_start(start.what, answer, owner_.life, shard));
    } else {
      message content = start.if_exists->content;
      content.id = answer.message_id;
      context_->send_message(self, std::move(content));
    }
  }
}

void turn_effects::send_messages(instance_self::base& self, const turn_commit& turn,
                                 const turn_receipt& receipt) {
  add_timers timers;
  for (std::size_t i = 0; i < receipt.message_ids.size(); ++i) {
    const outgoing_message& sent = turn.messages[i];
    if (receipt.message_ids[i] == 0) continue;  // its receiver is gone
    message content = sent.content;
    content.id = receipt.message_ids[i];
    if (content.kind == message_kind::timer_due) {
      if (content.life == 0) content.life = owner_.life;
      know_timer(content);
      if (sent.delivered_under != 0) timers.timers.push_back(std::move(content));
    } else if (sent.delivered_under != 0) {
      context_->send_message(self, std::move(content));
    }
  }
  if (!timers.timers.empty()) self.send(dispatcher_, std::move(timers));
}

void turn_effects::cancel_activities_of(instance_self::base& self, const turn_commit& turn) const {
  if (turn.cancelled_activities.empty()) return;
  cancel_activities cancelled;
  for (std::uint64_t id : turn.cancelled_activities)
    cancelled.keys.push_back({owner_.id, turn.execution, id, owner_.life});
  self.send(context_->pool, std::move(cancelled));
}

void turn_effects::cancel_timers_of(instance_self::base& self, const turn_commit& turn) {
  cancel_timers stopped;
  for (std::uint64_t id : turn.cancelled_timers)
    if (auto timer = open_timers_.extract(id)) stopped.message_ids.push_back(timer.mapped());
  if (!stopped.message_ids.empty()) self.send(dispatcher_, std::move(stopped));
}

void turn_effects::discard(instance_self::base& self, std::vector<std::uint64_t> message_ids) const {
  if (!message_ids.empty()) self.send(context_->journal(), commit_discards{std::move(message_ids)});
}

void turn_effects::tell_waiters(instance_self::base& self, const turn_commit& turn) const {
  if (turn.update.custom_status || !turn.kv.empty() || is_terminal(turn.update.status))
    self.send(dispatcher_, status_changed{owner_.id, owner_.status, turn.kv});
}

}  // namespace duroxide::internal
