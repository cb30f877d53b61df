// How an instance comes to life: created by a start, adopted from its parent's commit, or loaded from the store.
#include "duroxide/detail/pause_signal.hpp"
#include "runtime/history_codec.hpp"
#include "actors/activity/messages.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/instance/forced_failure.hpp"
#include "actors/instance/instance.hpp"
#include "actors/instance/make_execution.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/instance/unanswered_activities.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

bool is_start_for_later(const message& m) {
  return m.kind == message_kind::start && m.visible_at > wall_clock_now();
}

// Selects messages for a later life or a later execution than `ended`, which may have been replaced since it was read.
auto is_for_successor_of(const instance_record& ended) {
  return [&ended](const message& m) {
    return m.life > ended.life || (m.kind == message_kind::start && m.execution > ended.status.execution);
  };
}

// What was read of it may be older than a signal that has come.
bool has_been_rewound_since(const loaded_instance& stored, const std::vector<message>& arrived) {
  if (stored.history.empty()) return false;
  const history_row& last = stored.history.back();
  return std::ranges::any_of(arrived, [&last](const message& m) {
    if (!duroxide::detail::is_rewind_signal(m)) return false;
    const auto request = duroxide::detail::rewind_request_from(m.data);
    return request && request->recorded >= last.first_event_id + last.count;
  });
}

// By a client, or by its parent.
bool is_to_be_terminated(const loaded_instance& stored) {
  return std::ranges::any_of(stored.inbox, [&stored](const message& m) {
    const bool is_foreign = !m.name.empty() && (!stored.parent || stored.parent->instance != m.name);
    return duroxide::detail::is_termination(m) && !is_foreign;
  });
}

}  // namespace

// The version policy may have changed since the dispatcher looked.
void instance::create() {
  start_here start = std::move(*state_.get_if<instance_states::starting>()->start);
  const start_request& what = start.what;
  const auto* handler = context_->handlers->find_orchestration(what.orchestration, what.options.version);
  if (!handler) {
    start.done(not_registered(*context_->handlers, what.orchestration, what.options.version));
    return leave(leave_reason::not_found);
  }
  record_.status.orchestration = what.orchestration;
  record_.status.version = handler->version;
  record_.status.execution = 1;
  record_.status.labels = what.options.labels;
  record_.history_format = context_->store->history_format();
  execution_ = begin_execution(*context_, record_, *handler, what.input);
  callers_.add(std::move(start));
  inbox_.open_queues();
  inbox_.set_first_turn(instance_inbox::first_turn::due);
  state_.enter(instance_states::idle());
  request_turn();
}

void instance::on_loaded(instance_loaded answer) {
  if (!answer.content) return leave(leave_reason::broken, answer.content.error().message);
  std::optional<loaded_instance>& found = *answer.content;
  if (!found) {
    (void)inbox_.take_all();
    return leave(leave_reason::not_found);
  }
  inbox_.queues() = backlog(backlog::origin::stored);
  callers_.look_up(dispatcher_, context_->store_executor);  // it may have been deleted since it was read
  restore(*std::move(found));
}

void instance::restore(loaded_instance stored) {
  if (stored.shard != context_->shard_of_instance(record_.id) || !context_->owned->contains(stored.shard)) {
    context_->moved->set_shard(record_.id, stored.shard);
    return leave(leave_reason::moved);
  }
  record_.load(stored);
  tell_of_start();
  const bool has_ended = is_terminal(stored.status.status);
  const bool takes_signal =
      is_to_be_terminated(stored) || std::ranges::any_of(stored.inbox, duroxide::detail::is_rewind_signal);
  const bool runs = !has_ended && !stored.pause && !takes_signal;
  if (runs && !probation_.is_on() && !forced_failure_ && context_->owned->is_suspect(stored.shard)) {
    forced_failure_ = probation_.verdict(stored);
    if (!forced_failure_) {
      probation_.begin(*this, stored);
      return state_.enter(
          instance_states::on_probation{std::make_unique<loaded_instance>(std::move(stored))});
    }
    probation_.is_recorded();  // its row goes with the last turn
  }
  if (stored.history.empty() && std::ranges::any_of(stored.inbox, is_start_for_later))
    inbox_.set_first_turn(instance_inbox::first_turn::for_later);
  const bool has_more = stored.more_in_inbox;
  if (has_more) inbox_.unread().has_more();
  receive_loaded(std::move(stored.inbox));
  if (has_ended) {
    const bool is_over = std::ranges::none_of(inbox_.arrived(), is_for_successor_of(record_)) &&
                         !has_been_rewound_since(stored, inbox_.arrived());
    if (is_over) (void)inbox_.take_all();
    return leave(leave_reason::found_ended);
  }
  if (forced_failure_)
    return commit(turn_of_forced_failure(record_, stored, *std::move(forced_failure_)), wall_clock_now(),
                  inbox_.take_all());
  if (record_.history_format > limits::history_format)
    return leave(leave_reason::not_registered,
                 "its history has format " + std::to_string(record_.history_format) +
                     ", and this build reads up to " + std::to_string(limits::history_format));
  if (take_signal(stored)) return;
  if (record_.pause) return leave(leave_reason::paused, record_.pause->detail);
  if (has_more) inbox_.drop_signals_behind();  // their pages come
  open(std::move(stored));
}

void instance::open(loaded_instance stored) {
  instance_status& status = record_.status;
  const auto* handler = context_->handlers->find_orchestration(status.orchestration, status.version);
  if (!handler) return leave(leave_reason::not_registered);
  status.version = handler->version;
  auto history = unpack_history(record_.id, std::move(stored.history));
  if (!history) return leave(leave_reason::broken, history.error());
  execution_ = history->empty() ? begin_execution(*context_, record_, *handler, std::move(stored.input))
                                : resume_execution(*context_, record_, *handler, *std::move(history));
  if (const std::string* mismatch = stalled_by()) return leave(leave_reason::mismatched, *mismatch);
  inbox_.open_queues();
  state_.enter(instance_states::idle());
  // All activities that the history waits for. The pool returns those that it does not have (see run_unanswered).
  if (!stored.activities.empty())
    send(context_->pool, unfinished_activities{record_.id, std::move(stored.activities)});
  ask_for_pages();
  state_.get_if<instance_states::idle>()->awaits_queues = inbox_.queues().is_asked();
  request_pages_or_turn();
  leave_if_drained();
}

void instance::run_unanswered(activities_not_in_pool request) {
  if (state_.holds<instance_states::leaving>()) return send(dispatcher_, std::move(request));
  keep_unanswered(request.unfinished, record_, execution_.get(), inbox_);
  if (!request.unfinished.activities.empty())
    send(context_->pool, run_activities{std::move(request.unfinished.activities)});
}

}  // namespace duroxide::internal
