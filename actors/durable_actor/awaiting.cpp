// How a durable actor runs a command that awaits something.
#include "duroxide/command_id.hpp"
#include "duroxide/detail/ensure.hpp"
#include "runtime/history_codec.hpp"
#include "actors/activity/messages.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/durable_actor/appending.hpp"
#include "actors/durable_actor/durable_actor_host.hpp"
#include "actors/instance/commit_builder.hpp"
#include "actors/instance/make_execution.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/instance/unanswered_activities.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace duroxide::internal {

namespace {

// A durable actor is not cancelled.
bool is_for_awaiting_command(const message& m) {
  return m.kind != message_kind::cancel && (m.kind != message_kind::timer_due || m.source != 0);
}

// What remains of a turn when its journal does not: whatever it stops, and what it has taken.
turn without_journal(turn made) {
  made.events.clear();
  made.activities.clear();
  made.children.clear();
  made.commands.clear();
  made.timers.clear();
  made.ends.reset();
  return made;
}

}  // namespace

// -- whether it is new ----------------------------------------------------------

// The answer is written at its end, which would be late to find out that it has one. It may have one from an earlier
// life of the actor.
bool durable_actor_host::is_to_be_looked_up(const waiting_command& command) const {
  return !command.content.id.empty() && looked_up_ != command.content.id;
}

void durable_actor_host::look_up(const std::string& command_id) {
  state_ = looking_up();
  send(context_->store_executor, ask_store{[self = weak_actor<instance_self>(this), instance = record_.id,
                                            command_id](provider& store) {
         self.send(answer_found{command_id, store.answer(instance, command_id)});
       }});
}

void durable_actor_host::on_answer_found(answer_found found) {
  if (!in_state<looking_up>()) return;
  if (!found.answer) return leave(leave_reason::broken, found.answer.error().message);
  state_ = idle();
  looked_up_ = found.command_id;
  if (*found.answer) rules_.known.insert_or_assign(found.command_id, **std::move(found.answer));
  next();
}

// -- beginning, and going on after a load -----------------------------------------

// Whoever waits here for its answer can be told by the store if the actor leaves memory meanwhile. Those behind it may
// wait for long: they become durable now.
void durable_actor_host::begin_awaiting(waiting_command command) {
  if (command.answered && command.is_answered && command.content.id.empty())
    command.content.id = new_command_id();
  looked_up_.clear();  // the same command may come once more, and has an answer then
  awaiting_.emplace(awaiting_command{});
  awaiting_->task = code_->begin_task(command.content);
  record_.status.version = code_->version();
  if (!record_.is_stored()) record_.status.execution = 1;
  const registered_orchestration handler{record_.status.orchestration, record_.status.version,
                                         awaiting_->task->code()};
  awaiting_->code = begin_execution(*context_, record_, handler, to_text(command.content));
  awaiting_->what = std::move(command);
  for (waiting_command& each : std::exchange(local_, {}))
    context_->client->ask_through_store(request_again(std::move(each)));
}

// False: it cannot go on here, and the actor leaves memory.
bool durable_actor_host::resume_awaiting(loaded_instance& stored) {
  auto history = unpack_history(record_.id, std::move(stored.history));
  if (!history) {
    leave(leave_reason::broken, history.error());
    return false;
  }
  std::optional<command_envelope> command = command_from(history->front().data);
  if (!command || !code_->is_task(command->command)) {
    leave(leave_reason::not_registered, "this build has no command '" +
                                            (command ? command->command : std::string()) +
                                            "' that awaits something");
    return false;
  }
  awaiting_.emplace(awaiting_command{});
  awaiting_->task = code_->begin_task(*command);
  awaiting_->what.content = *std::move(command);
  awaiting_->has_run = awaiting_->is_stored = true;
  const registered_orchestration handler{record_.status.orchestration, record_.status.version,
                                         awaiting_->task->code()};
  awaiting_->code = resume_execution(*context_, record_, handler, *std::move(history));
  if (const auto& mismatch = awaiting_->code->mismatch()) {
    leave(leave_reason::mismatched, mismatch->message);
    return false;
  }
  if (!stored.activities.empty())
    send(context_->pool, unfinished_activities{record_.id, std::move(stored.activities)});
  return true;
}

void durable_actor_host::run_unanswered(activities_not_in_pool request) {
  if (in_state<leaving_memory>()) return send(dispatcher_, std::move(request));
  keep_unanswered(request.unfinished, record_, awaiting_ ? awaiting_->code.get() : nullptr, *inbox_);
  if (!request.unfinished.activities.empty())
    send(context_->pool, run_activities{std::move(request.unfinished.activities)});
}

// -- turns ------------------------------------------------------------------------

void durable_actor_host::run_awaiting() {
  const turn_inputs inputs{wall_clock_now(), duroxide::detail::random_bits};
  std::vector<message> taken = inbox_->take_for_turn().messages;
  const auto own = std::ranges::stable_partition(taken, is_for_awaiting_command);
  take_due({std::make_move_iterator(own.begin()), std::make_move_iterator(own.end())});
  taken.erase(own.begin(), taken.end());
  execution& code = *awaiting_->code;
  turn made;
  {
    const turn_watch::running_turn watched(*context_->watch, record_.id, record_.status.orchestration,
                                           record_.status.version, code.position());
    backlog no_queues;
    made = rules_.poison ? code.fail(*rules_.poison, inputs) : code.run(taken, no_queues, inputs);
  }
  if (const auto& mismatch = code.mismatch()) {
    inbox_->put_back(std::move(taken));
    return leave(leave_reason::mismatched, mismatch->message);
  }
  inbox_->put_back({std::make_move_iterator(taken.begin() + static_cast<std::ptrdiff_t>(made.taken)),
                    std::make_move_iterator(taken.end())});
  inbox_->add_stale(made.discarded);
  awaiting_->has_run = true;
  if (made.ends) return end_awaiting(std::move(made), inputs);
  if (!made.events.empty() || !made.consumed.empty()) return commit_step(std::move(made), inputs.now);
  effects_.discard(*this, inbox_->take_stale());
  next();
}

// The command's row goes with the first of them.
void durable_actor_host::commit_step(turn made, timestamp began) {
  record_.status.status = runtime_status::running;
  auto [commit, reserved] = build_commit(*context_, record_, made, began, awaiting_->task->callers());
  commit.actor = actor_change();
  if (!written_) {
    commit.actor->state = code_->encoded();
    commit.update.version = commit.actor->state->version;
  }
  if (!awaiting_->is_stored && awaiting_->what.message_id != 0)
    commit.consumed.push_back(awaiting_->what.message_id);
  this->commit(std::move(commit), {nullptr, nullptr, std::move(made.traces), std::move(reserved)});
}

void durable_actor_host::step_written() {
  awaiting_->is_stored = true;
  waiting_command& what = awaiting_->what;
  what.message_id = 0;
  if (!what.is_answered && what.answered) std::exchange(what.answered, {})(std::string("null"));
  next();
}

// The state, the answer and what it has asked for are committed together, and its journal goes.
void durable_actor_host::end_awaiting(turn made, const turn_inputs& inputs) {
  applied_command applied = code_->end_task(*awaiting_->task, *made.ends);
  std::vector<duroxide::detail::trace_record> traces = std::move(made.traces);
  auto turn = std::make_unique<command_turn>(*code_, rules_, inputs);
  turn->end(std::move(awaiting_->what), std::move(applied));
  turn_commit end = turn->commit(written_);
  turn_commit rest = build_commit(*context_, record_, without_journal(std::move(made)), inputs.now).turn;
  append(end.messages, std::move(rest.messages));
  append(end.consumed, std::move(rest.consumed));
  end.finished_activities = std::move(rest.finished_activities);
  end.cancelled_activities = std::move(rest.cancelled_activities);
  end.cancelled_timers = std::move(rest.cancelled_timers);
  end.actor->ends_journal = awaiting_->is_stored;
  if (command_turn::is_empty(end) && !awaiting_->is_stored) {
    effects_.discard(*this, inbox_->take_stale());
    awaiting_.reset();
    return end_turn(*turn);
  }
  mark_own_messages(end, *context_);
  commit(std::move(end), {nullptr, std::move(turn), std::move(traces)});
}

// -- leaving memory ---------------------------------------------------------------

// One that is not stored is given back as if it had not begun; of the others the journal goes on elsewhere, and who
// waits for it here waits for its answer in the store.
void durable_actor_host::hand_over_awaiting() {
  if (!awaiting_) return;
  waiting_command what = std::move(awaiting_->what);
  const bool is_stored = awaiting_->is_stored;
  awaiting_.reset();
  if (!is_stored) return taken_back_.push_front(std::move(what));
  if (!what.answered) return;
  if (!what.is_answered) return what.answered(std::string("null"));
  command_request waited{self_, what.content.command, {}, what.content.id, true, no_limit};
  context_->client->await_stored(std::move(waited), std::move(what.answered));
}

}  // namespace duroxide::internal
