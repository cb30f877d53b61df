#include "actors/instance/commit_builder.hpp"

#include "duroxide/limits.hpp"
#include "actors/instance/make_commit.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

turn_origin origin_of(const node_context& context, const instance_record& owner, const turn& made,
                      timestamp began) {
  const instance_status& status = owner.status;
  turn_origin origin;
  origin.instance = owner.id;
  origin.orchestration = status.orchestration;
  origin.version = status.version;
  origin.life = owner.life;
  origin.execution = status.execution;
  origin.parent = owner.parent;
  origin.root = owner.parent ? owner.root : owner.life;
  origin.depth = owner.depth;
  origin.max_depth = context.options.max_depth;
  origin.custom_status = made.custom_status ? *made.custom_status : status.custom_status;
  origin.history_format = owner.history_format;
  origin.next_history_format = std::max(owner.history_format, context.store->history_format());
  if (made.records_labels) origin.next_history_format = limits::history_format;
  origin.build_id = context.options.build_id;
  origin.began_at = began;
  if (made.ends && made.ends->status == runtime_status::continued_as_new) {
    std::string wanted = made.ends->version.value_or(std::string());
    const auto* next = context.handlers->find_orchestration(status.orchestration, wanted);
    origin.next_version = next ? next->version : std::move(wanted);
  }
  return origin;
}

// Activities of older instances go first.
timestamp due_of(const turn_commit& turn, timestamp created_at) {
  return std::max(created_at, turn.began_at - limits::activity_precedence);
}

std::shared_ptr<activity_room::reservation>
mark_own_activities(turn_commit& turn, const node_context& context, timestamp created_at) {
  if (turn.activities.empty()) return nullptr;
  auto reserved = std::make_shared<activity_room::reservation>(context.room);
  const activity_room::amount most = context.most_activities();
  for (stored_activity& each : turn.activities) {
    each.due = due_of(turn, created_at);
    each.claimable = !context.runs_here(each) || !reserved->take(each, most);
  }
  return reserved;
}

// Activities that run again have keys that nodes have seen: whoever claims one knows that it is to run now, also if its
// instance is paused, or moves to another node meanwhile.
void leave_activities_in_store(turn_commit& turn, timestamp created_at) {
  for (stored_activity& each : turn.activities) {
    each.due = due_of(turn, created_at);
    each.claimable = true;
  }
}

}  // namespace

void mark_own_messages(turn_commit& turn, const node_context& context) {
  const auto mark = [&context](outgoing_message& each) {
    each.delivered_under = context.tenure_of(each.content.instance);
  };
  const timestamp timer_horizon = turn.began_at + 2 * context.options.timer_horizon;
  for (outgoing_message& each : turn.messages)
    if (each.content.kind != message_kind::timer_due || each.content.visible_at < timer_horizon) mark(each);
  for (outgoing_start& each : turn.starts) {
    each.delivered_under = context.tenure_of(each.what.instance);
    if (each.if_exists) mark(*each.if_exists);
  }
  if (turn.begins) turn.begins->delivered_under = context.tenure_of(turn.instance);
}

built_commit build_commit(const node_context& context, const instance_record& owner, const turn& made,
                          timestamp began, const std::vector<std::string>& callers) {
  turn_origin origin = origin_of(context, owner, made, began);
  origin.callers = callers;
  built_commit built{make_commit(origin, made), nullptr};
  turn_commit& commit = built.turn;
  commit.life = owner.life;
  mark_own_messages(commit, context);
  if (made.repeats)
    leave_activities_in_store(commit, owner.status.created_at);
  else
    built.reserved =
        mark_own_activities(commit, context, owner.is_stored() ? owner.status.created_at : began);
  if (owner.status.status == runtime_status::pending && !commit.update.version)
    commit.update.version = owner.status.version;
  return built;
}

instance_start creation_of(const instance_record& owner, std::string input, timestamp created_at) {
  instance_start start;
  start.instance = owner.id;
  start.orchestration = owner.status.orchestration;
  start.version = owner.status.version;
  start.input = std::move(input);
  start.created_at = created_at;
  start.labels = owner.status.labels;
  start.history_format = owner.history_format;
  return start;
}

}  // namespace duroxide::internal
