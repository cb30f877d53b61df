#include "actors/instance/make_commit.hpp"

#include "runtime/durable_actor/command_envelope.hpp"
#include "runtime/history_codec.hpp"

#include <limits>
#include <span>

namespace duroxide::internal {

namespace {

instance_start start_of(const history_event& scheduled, const turn_origin& origin) {
  instance_start start;
  start.instance = *scheduled.instance;
  start.orchestration = scheduled.name;
  start.version = scheduled.version.value_or(std::string());  // empty: resolved by its first turn
  start.input = scheduled.data;
  start.created_at = origin.began_at;
  start.history_format = origin.next_history_format;
  start.labels = scheduled.labels;
  return start;
}

outgoing_message answer_of_child(const turn_origin& origin, const history_event& scheduled) {
  outgoing_message answer;
  answer.content.kind = message_kind::child_done;
  answer.content.instance = origin.instance;
  answer.content.execution = origin.execution;
  answer.content.source = scheduled.id;
  answer.content.visible_at = origin.began_at;
  return answer;
}

// What the parent receives if the child's id is taken.
outgoing_message child_exists(const turn_origin& origin, const history_event& scheduled) {
  outgoing_message answer = answer_of_child(origin, scheduled);
  answer.content.error = error_details{error_category::application, error_kind::already_exists,
                                       "instance '" + *scheduled.instance +
                                           "' exists already; a sub-orchestration needs an id of its own",
                                       scheduled.name};
  return answer;
}

// What the parent receives of a child that is too deep, which is not started.
outgoing_message child_too_deep(const turn_origin& origin, const history_event& scheduled) {
  outgoing_message answer = answer_of_child(origin, scheduled);
  answer.content.error =
      error_details{error_category::application, error_kind::limit_exceeded,
                    "sub-orchestration '" + scheduled.name + "' of instance '" + origin.instance +
                        "' was not started: it would be " + std::to_string(origin.depth + 1) +
                        " levels below the root of its tree, and runtime_options::max_depth is " +
                        std::to_string(origin.max_depth) +
                        ". Look for a recursion that does not end; to repeat something for ever, continue as "
                        "new; if so many levels are meant, raise max_depth on every node",
                    scheduled.name};
  return answer;
}

void add_child(turn_commit& commit, const turn_origin& origin, const history_event& scheduled) {
  if (origin.depth >= origin.max_depth) return commit.messages.push_back(child_too_deep(origin, scheduled));
  outgoing_start child{start_of(scheduled, origin), 0, child_exists(origin, scheduled)};
  child.what.parent = parent_link{origin.instance, origin.execution, scheduled.id};
  child.what.root = origin.root;
  child.what.depth = origin.depth + 1;
  commit.starts.push_back(std::move(child));
}

// In the order in which the code asked for them: of two with one id, the first is started.
void add_starts(turn_commit& commit, const turn_origin& origin, const turn& made) {
  auto detached = made.detached.begin();
  const auto add_detached_before = [&](std::uint64_t id) {
    for (; detached != made.detached.end() && *detached < id; ++detached)
      commit.starts.push_back({start_of(made.event(*detached), origin), 0, std::nullopt});
  };
  for (const std::uint64_t id : made.children) {
    add_detached_before(id);
    add_child(commit, origin, made.event(id));
  }
  add_detached_before(std::numeric_limits<std::uint64_t>::max());
}

void add_activity(turn_commit& commit, const turn_origin& origin, const history_event& scheduled) {
  stored_activity& activity = commit.activities.emplace_back();
  activity.key = {origin.instance, origin.execution, scheduled.id};
  activity.name = scheduled.name;
  activity.input = scheduled.data;
  activity.tag = scheduled.tag;
  activity.session = scheduled.session;
  activity.attempt = scheduled.attempt;
  activity.retry_of = scheduled.retry_of;
  activity.orchestration = origin.orchestration;
  activity.version = origin.version;
}

// The receiver comes into being if it does not exist.
outgoing_message command_of(const history_event& sent, const turn_origin& origin) {
  command_envelope envelope;
  envelope.command = sent.name;
  envelope.input = sent.data;
  envelope.callers = origin.callers;
  envelope.awaited_by = awaiting_instance{origin.instance, origin.life, origin.execution, sent.id};
  outgoing_message command;
  command.content.kind = message_kind::enqueued;
  command.content.instance = *sent.instance;
  command.content.name = command_queue;
  command.content.data = to_text(envelope);
  command.content.visible_at = origin.began_at;
  command.creates = duroxide::detail::orchestration_of_actor(duroxide::detail::kind_of_actor(*sent.instance));
  return command;
}

void add_messages(turn_commit& commit, const turn_origin& origin, const turn& made) {
  for (const created_timer& timer : made.timers) {
    outgoing_message due;
    due.content.kind = message_kind::timer_due;
    due.content.instance = origin.instance;
    due.content.execution = origin.execution;
    due.content.source = timer.event_id;
    due.content.visible_at = timer.due;
    commit.messages.push_back(std::move(due));
  }
  for (const std::uint64_t id : made.commands) commit.messages.push_back(command_of(made.event(id), origin));
  for (const std::string& child : made.cancelled_children) {
    outgoing_message cancel;
    cancel.content.kind = message_kind::cancel;
    cancel.content.instance = child;
    cancel.content.name = origin.instance;  // only a parent may end its child like this
    cancel.content.data = made.ends ? "its parent ended (" + std::string(to_string(made.ends->status)) + ")"
                                    : "its parent does not wait for it any more";
    cancel.content.visible_at = origin.began_at;
    if (made.is_terminated) cancel.content.error = made.ends->error;
    commit.messages.push_back(std::move(cancel));
  }
}

void add_repetition(turn_commit& commit, const turn_origin& origin, const turn::repetition& again) {
  for (const history_event& each : again.activities) add_activity(commit, origin, each);
  for (const history_event& each : again.commands) commit.messages.push_back(command_of(each, origin));
  for (const message& each : again.messages) {
    outgoing_message to_itself{each};
    to_itself.content.instance = origin.instance;
    const bool is_for_any = each.kind == message_kind::event_raised;
    if (!is_for_any) to_itself.content.execution = origin.execution;
    commit.messages.push_back(std::move(to_itself));
  }
  commit.given_back = again.given_back;
  commit.rewound = again.recorded;
  commit.update.version = again.version;
  if (!limits::may_be_rewound(origin.history_format)) commit.update.history_format = limits::history_format;
}

void add_parent_answer(turn_commit& commit, const turn_origin& origin, const ending& how) {
  if (!origin.parent) return;
  outgoing_message answer;
  answer.content.kind = message_kind::child_done;
  answer.content.instance = origin.parent->instance;
  answer.content.execution = origin.parent->execution;
  answer.content.source = origin.parent->event_id;
  answer.content.data = how.output;
  answer.content.error = how.error;
  answer.content.visible_at = origin.began_at;
  commit.messages.push_back(std::move(answer));
}

void add_next_execution(turn_commit& commit, const turn_origin& origin, const ending& how) {
  std::uint64_t next = origin.execution + 1;
  commit.begins = execution_begin{next, how.output};
  commit.update.version = origin.next_version;
  if (origin.next_history_format != origin.history_format)
    commit.update.history_format = origin.next_history_format;
  if (!limits::records_queues_on_arrival(origin.next_history_format)) commit.given_back = how.given_back;
  history_event started = started_event(origin.orchestration, origin.next_version, how.output, origin.parent);
  started.text = origin.custom_status;
  if (limits::records_queues_on_arrival(origin.next_history_format)) started.carried = how.given_back;
  started.kv = how.kv;
  if (limits::may_have_labels(origin.next_history_format)) started.labels = how.labels;
  commit.history.push_back(
      {next, 1, 1, pack_events(origin.build_id, origin.began_at, std::span(&started, 1))});
}

}  // namespace

history_event started_event(const std::string& orchestration, const std::string& version, std::string input,
                            std::optional<parent_link> parent) {
  history_event started;
  started.kind = event_kind::orchestration_started;
  started.name = orchestration;
  started.version = version;
  started.data = std::move(input);
  started.parent = std::move(parent);
  return started;
}

turn_commit make_commit(const turn_origin& origin, const turn& made) {
  turn_commit commit;
  commit.instance = origin.instance;
  commit.execution = origin.execution;
  commit.began_at = origin.began_at;
  commit.update.custom_status = made.custom_status;
  commit.kv_cleared = made.kv_cleared;
  commit.kv = made.kv;
  commit.labels = made.labels;
  // Older builds cannot read such a history.
  if (made.records_labels && !limits::may_have_labels(origin.history_format))
    commit.update.history_format = limits::history_format;
  if (!made.events.empty())
    commit.history.push_back({origin.execution, made.events.front().id,
                              static_cast<std::uint32_t>(made.events.size()),
                              pack_events(origin.build_id, origin.began_at, made.events)});
  add_starts(commit, origin, made);
  for (const std::uint64_t id : made.activities) add_activity(commit, origin, made.event(id));
  add_messages(commit, origin, made);
  if (made.repeats) add_repetition(commit, origin, *made.repeats);
  commit.finished_activities = made.finished_activities;
  commit.cancelled_activities = made.cancelled_activities;
  commit.cancelled_timers = made.cancelled_timers;
  for (std::uint64_t id : made.consumed)
    if (id != 0) commit.consumed.push_back(id);
  if (!made.ends) return commit;

  const ending& how = *made.ends;
  commit.ends = execution_end{origin.execution, how.status, how.output, how.error};
  if (how.status == runtime_status::continued_as_new) {
    add_next_execution(commit, origin, how);
  } else {
    commit.update.status = how.status;
    if (how.status == runtime_status::completed) commit.update.output = how.output;
    commit.update.error = how.error;
    add_parent_answer(commit, origin, how);
  }
  return commit;
}

}  // namespace duroxide::internal
