// How an instance comes to life: created by a start, or rebuilt from the store.
#include "duroxide/detail/shortened.hpp"
#include "runtime/history_codec.hpp"
#include "actors/activity/messages.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/instance/commit_builder.hpp"
#include "actors/instance/instance.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/start_if_deleted.hpp"

#include <algorithm>

namespace duroxide::internal {

std::unique_ptr<execution> instance::make_execution(const registered_orchestration& handler) {
  return std::make_unique<execution>(
      execution_identity{id_, status_.execution, status_.orchestration, status_.version}, handler.make,
      execution_options{context_->options.build_id, context_->options.verify_replay,
                        context_->options.payload_limit, context_->options.turn_limit, history_format_});
}

void instance::create() {
  const start_request& what = creation_->what;
  const auto* handler = context_->handlers->find_orchestration(what.orchestration, what.options.version);
  if (!handler) {  // it was when the dispatcher looked: the version policy has changed
    creation_->done(not_registered(*context_->handlers, what.orchestration, what.options.version));
    return leave(leave_reason::not_found);
  }
  starters_.push_back(*creation_);
  status_.orchestration = what.orchestration;
  status_.version = handler->version;
  history_format_ = context_->store->history_format();
  status_.execution = 1;
  status_.labels = what.options.labels;
  execution_ = make_execution(*handler);
  execution_->begin(started_event(what.orchestration, handler->version, what.input, std::nullopt));
  first_turn_due_ = true;
  request_turn();
}

void instance::be_born() {
  stored_ = true;
  const std::unique_ptr<local_child_start> child = std::move(local_child_start_);
  arrived_.push_back(std::move(child->start));
  take_up(std::move(child->stored));
}

void instance::take_up(instance_loaded answer) {
  if (!answer.content) return leave(leave_reason::broken, answer.content.error().message);
  std::optional<loaded_instance>& found = *answer.content;
  if (!found) {
    arrived_.clear();
    return leave(leave_reason::not_found);
  }
  stored_ = true;
  waiting_ = backlog(backlog::origin::stored);
  ask_for_starters();  // it may have been deleted since it was read
  take_up(*std::move(found));
}

// Whoever asked for a start while this one was loaded or created, and is not the one who created it.
void instance::ask_for_starters() {
  for (auto& starter : std::exchange(starters_, {}))
    start_if_deleted(dispatcher_, context_->store_executor, std::move(starter));
}

void instance::take_up(loaded_instance stored) {
  if (stored.shard != context_->shard_of_instance(id_) || !context_->owned->contains(stored.shard)) {
    context_->moved->settle(id_, stored.shard);
    return leave(leave_reason::moved);
  }
  if (!on_probation_ && !forced_failure_ && !is_terminal(stored.status.status) &&
      context_->owned->is_suspect(stored.shard))
    return enter_probation(std::move(stored));
  status_ = stored.status;
  life_ = stored.life;
  stored_since_ = steady_now();
  history_format_ = stored.history_format;
  parent_ = stored.parent;
  root_ = stored.root;
  depth_ = stored.depth;
  awaits_start_ = stored.history.empty() && std::ranges::any_of(stored.inbox, [](const message& m) {
                    return m.kind == message_kind::start && m.visible_at > wall_clock_now();
                  });
  if (stored.more_in_inbox) unread_.has_more();
  take_inbox(std::move(stored.inbox));
  if (is_terminal(status_.status)) {
    // What is left is for nobody, unless the instance was replaced since it was read.
    bool replaced = std::ranges::any_of(arrived_, [this](const message& m) {
      return m.life > life_ || (m.kind == message_kind::start && m.execution > status_.execution);
    });
    if (!replaced) arrived_.clear();
    return leave(leave_reason::ended);
  }
  if (forced_failure_) return commit_forced_failure(stored);
  if (history_format_ > limits::history_format)
    return leave(leave_reason::not_registered, "its history has format " + std::to_string(history_format_) +
                                                   ", and this build reads up to " +
                                                   std::to_string(limits::history_format));
  const auto* handler = context_->handlers->find_orchestration(status_.orchestration, status_.version);
  if (!handler) return leave_unregistered();
  status_.version = handler->version;
  auto history = unpack_history(id_, std::move(stored.history));
  if (!history) return leave(leave_reason::broken, history.error());
  execution_ = make_execution(*handler);
  if (history->empty())
    execution_->begin(
        started_event(status_.orchestration, status_.version, std::move(stored.input), parent_));
  else
    run_code([&] { execution_->replay(*std::move(history)); });
  submit_unfinished(std::move(stored.activities));
  look_further();
  leave_if_drained();
}

void instance::take_inbox(std::vector<message> inbox) {
  timestamp visible = wall_clock_now();
  const auto has_come = [this](const message& m) {
    return std::ranges::find(arrived_, m.id, &message::id) != arrived_.end();
  };
  std::vector<message> arrived;
  deliver_many later;
  for (auto& each : inbox) {
    if (each.kind == message_kind::timer_due && each.execution == status_.execution)
      timer_messages_.emplace(each.source, each.id);
    if (is_for_later(each, visible)) {
      if (each.visible_at <= context_->horizon->load() && !has_come(each))
        later.contents.push_back(std::move(each));
      continue;
    }
    if (!unread_.brings(each.id)) loaded_ids_.insert(each.id);
    arrived.push_back(std::move(each));
  }
  // The dispatcher holds them, unless it has let one go as due, to nobody, and the clock has been set back
  // since.
  if (!later.contents.empty()) send(dispatcher_, std::move(later));
  for (auto& each : arrived_) {
    if (each.id != 0 && loaded_ids_.erase(each.id) > 0) continue;
    const bool is_behind = is_in_inbox(each) && !unread_.is_whole() && is_to_be_left(each);
    is_behind ? unread_.leave(std::move(each)) : arrived.push_back(std::move(each));
  }
  arrived_ = std::move(arrived);
  weigh_arrived();
}

// All that the history waits for: what the pool has in hand already, it does not take twice.
void instance::submit_unfinished(std::vector<stored_activity> unfinished) {
  if (!unfinished.empty()) send(context_->pool, unfinished_activities{id_, std::move(unfinished)});
}

// Those whose outcome has not come ahead of this. What waits in an instance that is not stored was asked for
// by another one of that name, which has ended.
void instance::run_unanswered(unclaimed_activities request) {
  if (leaving_) return send(dispatcher_, std::move(request));
  std::erase_if(request.of.activities, [this](const stored_activity& activity) {
    const activity_key& key = activity.key;
    return !stored_ || !execution_ || key.life != life_ || key.execution != status_.execution ||
           !execution_->waits_for(key.event_id) || std::ranges::any_of(arrived_, [&](const message& m) {
             return m.kind == message_kind::activity_done && m.source == key.event_id &&
                    m.execution == key.execution;
           });
  });
  if (!request.of.activities.empty()) send(context_->pool, run_activities{std::move(request.of.activities)});
}

// The history may be unreadable, so the last event is made by hand.
void instance::commit_forced_failure(const loaded_instance& stored) {
  forced_failure_ = duroxide::detail::shortened(*std::move(forced_failure_));
  turn last;
  last.ends = ending{runtime_status::failed, {}, forced_failure_, {}, {}};
  if (stored.history.empty()) {
    last.events.push_back(started_event(status_.orchestration, status_.version, stored.input, parent_));
    last.events.back().id = 1;
  }
  history_event failed;
  failed.kind = event_kind::orchestration_failed;
  failed.id = stored.history.empty() ? 2 : stored.history.back().first_event_id + stored.history.back().count;
  failed.error = forced_failure_;
  last.events.push_back(std::move(failed));
  for (const stored_activity& activity : stored.activities)
    last.cancelled_activities.push_back(activity.key.event_id);
  last.cancelled_children = stored.children;
  in_turn_ = std::exchange(arrived_, {});
  turn_began_ = wall_clock_now();
  commit(std::move(last));
}

}  // namespace duroxide::internal
