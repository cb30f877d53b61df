#include "actors/durable_actor/durable_actor_host.hpp"

#include "duroxide/detail/ensure.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/durable_actor/commands.hpp"
#include "actors/instance/commit_builder.hpp"
#include "actors/instance/turn_gate.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/store/batch_room.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace duroxide::internal {

namespace {

actor_address address_of(const std::string& instance) {
  const std::string_view kind = duroxide::detail::kind_of_actor(instance);
  return {kind, std::string_view(instance).substr(kind.size() + 2)};
}

// A command that this build cannot read has no name, and is refused as unknown.
waiting_command command_of(message taken) {
  waiting_command command;
  command.message_id = taken.id;
  command.bytes = taken.data.size();
  if (auto content = command_from(taken.data)) command.content = *std::move(content);
  return command;
}

void log_traces(const std::vector<duroxide::detail::trace_record>& traces, const std::string& instance) {
  for (const auto& each : traces)
    log_trace("duroxide::actor", each.level, "{} actor={}", each.text, field("instance", instance));
}

}  // namespace

durable_actor_host::durable_actor_host(caf::actor_config& config, context_ptr context,
                                       dispatcher_actor dispatcher, std::string id)
    : instance_self::base(config), context_(std::move(context)), dispatcher_(std::move(dispatcher)),
      self_(address_of(id)), record_{std::move(id), 0, {}, {}, limits::history_format, {}, 0, 0},
      state_(loading()), effects_(context_, dispatcher_, record_), probation_(context_, record_.id) {}

durable_actor_host::behavior_type durable_actor_host::make_behavior() {
  ++context_->counters->resident_instances;
  load();
  return {
      [this](deliver& m) { receive(std::move(m.content)); },
      [this](deliver_many& m) {
        for (message& each : m.contents) receive(std::move(each));
      },
      [this](turn_atom) { run_turn(); },
      [this](const let_in&) { run_turn(); },
      [this](turn_written& m) { written(std::move(m.receipt)); },
      [this](put_off_atom) { leave(leave_reason::passivated); },
      [this](instance_loaded& m) { on_loaded(std::move(m)); },
      [this](queue_loaded& m) { take_page(std::move(m)); },
      [this](activities_not_in_pool& m) { run_unanswered(std::move(m)); },
      [this](start_here& m) { m.done(is_durable_actor(record_.id)); },
      [this](ask_here& m) { receive(std::move(m)); },
      [this](query_here& m) { receive(std::move(m)); },
      [this](answer_found& m) { on_answer_found(std::move(m)); },
      [this](found_deleted& m) { m.start.done(is_durable_actor(record_.id)); },
      [this](life_found& m) {
        if (record_.is_stored() && m.life != record_.life && m.asked_at > record_.stored_since &&
            in_state<idle>())
          leave(leave_reason::not_found);
      },
      [this](entered_atom) { probation_.record(*this); },
      [this](probation_begun_atom) {
        probation_.is_recorded();
        if (auto* waits = std::get_if<on_probation>(&state_)) {
          const std::unique_ptr<loaded_instance> stored = std::move(waits->stored);
          return open(std::move(*stored));
        }
        probation_.end_without_turn(*this);
      },
      [this](tried_again_atom, std::uint32_t) { is_tried_again_ = true; },
      [this](passivate_atom) {
        if (in_state<idle>() && is_settled()) leave(leave_reason::passivated);
      },
      [this](stop_atom) {
        draining_ = true;
        leave_if_drained();
      },
      [this](bye_atom) { quit(); },
  };
}

void durable_actor_host::on_exit() {
  --context_->counters->resident_instances;
  state_ = leaving_memory();
  awaiting_.reset();
  code_.reset();
  taken_back_.clear();
  local_.clear();
  queries_.clear();
  context_.reset();
  dispatcher_ = nullptr;
}

// -- coming into memory -------------------------------------------------------

void durable_actor_host::load() {
  state_ = loading();
  inbox_.emplace(record_);
  inbox_->open_queues();
  send(context_->store_executor, load_request{record_.id});
}

// One that does not exist comes into being with its first turn.
void durable_actor_host::on_loaded(instance_loaded answer) {
  auto* asked = std::get_if<loading>(&state_);
  if (asked == nullptr) return;
  if (!answer.content) return leave(leave_reason::broken, answer.content.error().message);
  if (*answer.content) return restore(**std::move(answer.content));
  if (asked->is_to_be_repeated) return load();
  if (!context_->owns(record_.id)) return leave(leave_reason::moved);
  record_.status.orchestration = duroxide::detail::orchestration_of_actor(self_.kind());
  record_.history_format = context_->store->history_format();
  for (const message& each : inbox_->take_all())
    inbox_->add_stale(std::array{each.id});  // of one that is gone
  open(std::nullopt);
}

void durable_actor_host::restore(loaded_instance stored) {
  if (stored.shard != context_->shard_of_instance(record_.id) || !context_->owned->contains(stored.shard)) {
    context_->moved->set_shard(record_.id, stored.shard);
    return leave(leave_reason::moved);
  }
  record_.load(stored);
  if (is_terminal(stored.status.status)) return leave(leave_reason::found_ended);
  inbox_->queues() = backlog(backlog::origin::stored);
  if (stored.more_in_inbox) inbox_->unread().has_more();
  receive_loaded(std::move(stored.inbox));
  if (!probation_.is_on() && context_->owned->is_suspect(stored.shard)) {
    one_by_one_ = true;  // so that it is known which command it is that kills
    rules_.poison = probation_.verdict(stored);
    if (!rules_.poison) {
      probation_.begin(*this, stored);
      state_ = on_probation{std::make_unique<loaded_instance>(std::move(stored))};
      return;
    }
    probation_.is_recorded();  // its row goes with the turn that answers the command
  }
  open(std::move(stored));
}

void durable_actor_host::open(std::optional<loaded_instance> stored) {
  written_ = stored ? stored->actor : std::nullopt;
  if (!make_code()) return;
  if (stored && !stored->history.empty() && !resume_awaiting(*stored)) return;
  state_ = idle();
  next();
}

// Of what the last commit has left. If that cannot be, the actor leaves memory.
bool durable_actor_host::make_code() {
  const auto handlers = context_->handlers->find_actor(self_.kind());
  if (!handlers) {
    leave(leave_reason::not_registered, no_handlers(self_).message);
    return false;
  }
  try {
    code_ = std::make_unique<actor_code>(self_, handlers, written_);
    return true;
  } catch (const std::exception& e) {
    leave(leave_reason::broken, e.what());
    return false;
  }
}

// -- turns --------------------------------------------------------------------

bool durable_actor_host::has_commands() const {
  if (awaiting_) return !awaiting_->has_run || rules_.poison || !inbox_->arrived().empty();
  return !taken_back_.empty() || !inbox_->arrived().empty() ||
         inbox_->queues().front(command_queue_name()) != nullptr || !local_.empty();
}

// Whether it has nothing to do, and nothing is in the store only.
bool durable_actor_host::is_settled() const {
  return !has_commands() && taken_back_.empty() && local_.empty() && !inbox_->queues().is_asked() &&
         inbox_->has_read_all();
}

// What to do next, after a load, a turn, a page or a message.
void durable_actor_host::next() {
  if (!in_state<idle>()) return;
  for (query_here& each : std::exchange(queries_, {}))
    each.done(code_->ask(each.what.query, each.what.input));
  ask_for_pages();
  if (has_commands())
    request_turn();
  else if (is_settled())
    settle_without_turn();
  leave_if_drained();
}

// It can be run, and has nothing to do.
void durable_actor_host::settle_without_turn() {
  probation_.end_without_turn(*this);
  if (std::exchange(record_.has_problem, false)) send(context_->journal(), end_problem{record_.id});
  if (std::exchange(is_tried_again_, false)) send(dispatcher_, recovered_atom::value);
}

// By way of the mailbox, so that everything that is in it by now becomes part of the turn.
void durable_actor_host::request_turn() {
  auto* waiting = std::get_if<idle>(&state_);
  if (waiting == nullptr || waiting->turn_requested) return;
  waiting->turn_requested = true;
  send(this, turn_atom::value);
}

void durable_actor_host::run_turn() {
  auto* waiting = std::get_if<idle>(&state_);
  if (waiting == nullptr) return;
  waiting->turn_requested = false;
  // What is for a later life shows that this one has been deleted: the next actor takes it.
  if (inbox_->drop_foreign()) return leave(leave_reason::not_found);
  if (inbox_->queues().is_asked() || !has_commands()) return effects_.discard(*this, inbox_->take_stale());
  if (awaiting_) return run_awaiting();
  auto turn = begin_turn();
  apply_commands(*turn);
  // One that awaits something is alone in its turns.
  if (turn->size() == 0 && awaiting_) return run_awaiting();
  if (turn->size() == 0 && !in_state<idle>()) return;
  commit(std::move(turn));
}

std::unique_ptr<command_turn> durable_actor_host::begin_turn() {
  const turn_inputs inputs{wall_clock_now(), duroxide::detail::random_bits};
  rules_.oldest = inputs.now - context_->options.answer_retention;
  if (written_) rules_.oldest = std::max(rules_.oldest, written_->answers_since);
  return std::make_unique<command_turn>(*code_, rules_, inputs);
}

// The commands, in the order in which they are applied, for as long as a turn has room.
class durable_actor_host::command_source {
public:
  command_source(durable_actor_host& host, const command_turn& turn) : host_(host), turn_(turn) {}

  std::optional<waiting_command> take() {
    if (!host_.taken_back_.empty()) return take_from(host_.taken_back_);
    if (const message* first = host_.inbox_->queues().front(command_queue_name())) {
      if (!has_room_for(first->data.size())) return std::nullopt;
      return command_of(host_.inbox_->queues().pop(command_queue_name()));
    }
    if (host_.inbox_->queues().lacks(command_queue_name()) || host_.local_.empty()) return std::nullopt;
    return take_from(host_.local_);
  }

private:
  std::optional<waiting_command> take_from(std::deque<waiting_command>& line) {
    if (!has_room_for(line.front().bytes)) return std::nullopt;
    waiting_command first = std::move(line.front());
    line.pop_front();
    return first;
  }
  bool has_room_for(std::size_t bytes) {
    return !turn_.is_destroyed() && !(host_.one_by_one_ && turn_.size() > 0) && room_.take(bytes);
  }

  durable_actor_host& host_;
  const command_turn& turn_;
  batch_room room_;
};

void durable_actor_host::apply_commands(command_turn& turn) {
  take_due(inbox_->take_for_turn().messages);
  const duroxide::detail::code_position nowhere;
  const turn_watch::running_turn watched(*context_->watch, record_.id, record_.status.orchestration, {},
                                         nowhere);
  command_source source(*this, turn);
  while (std::optional<waiting_command> next = source.take()) {
    if (turn.take_known(*next)) continue;
    if (!code_->is_task(next->content.command)) {
      turn.apply(*std::move(next));
      continue;
    }
    if (turn.size() > 0) return taken_back_.push_front(*std::move(next));
    if (is_to_be_looked_up(*next)) {
      look_up(next->content.id);
      return taken_back_.push_front(*std::move(next));
    }
    return begin_awaiting(*std::move(next));
  }
}

// Commands that were for a later time go to the others; for the rest nobody here waits.
void durable_actor_host::take_due(std::vector<message> arrived) {
  for (message& each : arrived) {
    if (each.kind == message_kind::timer_due && each.source == 0)
      taken_back_.push_back(command_of(std::move(each)));
    else
      inbox_->add_stale(std::array{each.id});
  }
}

void durable_actor_host::commit(std::unique_ptr<command_turn> turn) {
  turn_commit made = turn->commit(written_);
  if (command_turn::is_empty(made)) {
    effects_.discard(*this, inbox_->take_stale());
    return end_turn(*turn);
  }
  mark_own_messages(made, *context_);
  commit(std::move(made), {nullptr, std::move(turn)});
}

// What the turn has of its own, and what all turns have.
void durable_actor_host::commit(turn_commit made, committing rest) {
  made.instance = record_.id;
  made.life = record_.life;
  made.shard = context_->shard_of_instance(record_.id);
  made.execution = record_.is_stored() ? record_.status.execution : 1;
  made.ends_probation = probation_.end_with_turn();
  made.ends_problem = record_.has_problem;
  if (!record_.is_stored()) {
    instance_start start;
    start.instance = record_.id;
    start.orchestration = record_.status.orchestration;
    start.created_at = made.began_at;
    start.history_format = record_.history_format;
    made.creates = std::move(start);
  }
  auto committed = std::make_shared<turn_commit>(std::move(made));
  const std::size_t bytes = stored_bytes(*committed);
  rest.commit = committed;
  state_ = std::move(rest);
  send(context_->journal(), commit_turn{std::move(committed), bytes, false, std::nullopt});
}

void durable_actor_host::written(turn_receipt receipt) {
  committing finished = std::move(std::get<committing>(state_));
  state_ = idle();
  switch (receipt.outcome) {
  case turn_outcome::committed: break;
  case turn_outcome::repeated: return apply_again(std::move(finished), std::move(receipt.repeated));
  case turn_outcome::unwritable: return refused(std::move(finished), receipt.why);
  case turn_outcome::already_exists:
    reclaim(finished);
    hand_over_awaiting();
    return load();
  case turn_outcome::stale:
    probation_.resume(finished.commit->ends_probation);
    reclaim(finished);
    return leave(leave_reason::broken, "its stored state is not the one that the turn was computed from");
  }
  const turn_commit& turn = *finished.commit;
  if (turn.creates) record_.status.execution = 1;
  record_.apply(turn, receipt.life);
  if (turn.actor->state) written_ = turn.actor->state;
  probation_.leave_gate(*this);
  if (std::exchange(is_tried_again_, false)) send(dispatcher_, recovered_atom::value);
  effects_.discard(*this, inbox_->take_stale());
  effects_.release(*this, turn, receipt, std::move(finished.reserved));
  log_traces(finished.traces, record_.id);
  if (!finished.turn) return step_written();
  if (turn.actor->ends_journal) {
    ++record_.status.execution;
    effects_.forget_timers();
  }
  awaiting_.reset();
  end_turn(*finished.turn);
}

// REQUIRES: what it has changed is durable.
void durable_actor_host::end_turn(command_turn& turn) {
  rules_.poison.reset();
  rules_.known.clear();
  looked_up_.clear();
  one_by_one_ = false;
  log_traces(turn.traces(), record_.id);
  for (const error_details& each : turn.untold_failures())
    log_warning("duroxide: a command told to durable actor '{}' failed: {}", field("instance", record_.id),
                field("error", each.message));
  turn.answer();
  if (turn.is_destroyed()) return load_next_life();
  if (turn.retires() && is_settled()) return leave(leave_reason::passivated);
  next();
}

// Commands that have come meanwhile begin it.
void durable_actor_host::load_next_life() {
  record_.life = 0;
  written_.reset();
  load();
}

// Together with others it may be too much; a command that is too much by itself is answered so.
void durable_actor_host::refused(committing finished, const std::string& why) {
  probation_.resume(finished.commit->ends_probation);
  if (!finished.turn || finished.turn->size() == 1)
    rules_.poison = error_details{error_category::infrastructure,
                                  error_kind::store_incompatible,
                                  "the store cannot take what the command leads to: " + why,
                                  {}};
  one_by_one_ = true;
  reclaim(finished);
  hand_over_awaiting();
  load();
}

// Some commands had been applied before: the others are applied to the state as the last commit left it.
void durable_actor_host::apply_again(committing refused, std::vector<kept_answer> known) {
  detail::ensure(!awaiting_, "a command that awaits something is known to be new");
  for (kept_answer& each : known) rules_.known.insert_or_assign(each.command_id, std::move(each));
  probation_.resume(refused.commit->ends_probation);
  take_back(*refused.turn);
  if (make_code()) next();
}

// The commands of a turn that is not committed. One that awaited something has not ended then.
void durable_actor_host::reclaim(committing& unfinished) {
  if (!unfinished.turn) return;
  if (!awaiting_) return take_back(*unfinished.turn);
  awaiting_->what = std::move(unfinished.turn->take_back().at(0));
}

void durable_actor_host::take_back(command_turn& turn) {
  std::vector<waiting_command> all = turn.take_back();
  taken_back_.insert(taken_back_.begin(), std::make_move_iterator(all.begin()),
                     std::make_move_iterator(all.end()));
}

// -- leaving memory -----------------------------------------------------------

// While the node stops, what has a row waits there for the next start, and what a command awaits comes there. An
// outcome of an activity that has no row is still worth a turn.
void durable_actor_host::leave_if_drained() {
  const auto has_row = [](const message& m) { return m.id != 0; };
  const bool has_no_turn =
      awaiting_ ? std::ranges::all_of(inbox_->arrived(), has_row) : local_.empty() && taken_back_.empty();
  if (draining_ && in_state<idle>() && has_no_turn) leave(leave_reason::passivated);
}

ask_here durable_actor_host::request_again(waiting_command command) const {
  command_request again{self_,
                        std::move(command.content.command),
                        std::move(command.content.input),
                        std::move(command.content.id),
                        command.is_answered,
                        no_limit};
  return {std::move(again), std::move(command.answered)};
}

// What waits without a row goes back to the dispatcher, behind `leaving`, so that the next actor of this id gets it.
// The client that waits keeps its own limit. What has a row is read from the store again.
void durable_actor_host::leave(leave_reason reason, std::string detail) {
  if (auto* unfinished = std::get_if<committing>(&state_)) {
    probation_.resume(unfinished->commit->ends_probation);
    reclaim(*unfinished);
  }
  hand_over_awaiting();
  state_ = leaving_memory();
  probation_.end_without_turn(*this);
  code_.reset();
  send(dispatcher_,
       leaving{record_.id,
               record_.life,
               reason,
               std::move(detail),
               {duroxide::detail::orchestration_of_actor(self_.kind()), {}, record_.history_format}});
  for (std::deque<waiting_command>* line : {&taken_back_, &local_})
    for (waiting_command& each : std::exchange(*line, {}))
      if (each.answered) send(dispatcher_, request_again(std::move(each)));
  std::vector<message> due = inbox_->take_all();
  if (!due.empty()) send(dispatcher_, deliver_many{std::move(due)});
  for (query_here& each : std::exchange(queries_, {})) send(dispatcher_, std::move(each));
}

}  // namespace duroxide::internal
