#include "actors/durable_actor/durable_actor_host.hpp"

#include "runtime/stored_bytes.hpp"
#include "actors/client/local_client.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/cluster/relocated_instances.hpp"
#include "actors/durable_actor/commands.hpp"
#include "actors/instance/commit_builder.hpp"
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

const std::string& commands() {
  static const std::string name(command_queue);
  return name;
}

actor_address address_of(const std::string& instance) {
  const std::string_view kind = duroxide::detail::kind_of_actor(instance);
  return {kind, std::string_view(instance).substr(kind.size() + 2)};
}

bool is_command(const message& m) { return m.kind == message_kind::enqueued && m.name == command_queue; }

// A command that this build cannot read has no name, and is refused as unknown.
waiting_command command_of(message taken) {
  waiting_command command;
  command.message_id = taken.id;
  command.bytes = taken.data.size();
  if (auto content = command_from(taken.data)) command.content = *std::move(content);
  return command;
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
      [](activities_not_in_pool&) {},
      [this](start_here& m) { m.done(is_durable_actor(record_.id)); },
      [this](ask_here& m) { receive(std::move(m)); },
      [this](query_here& m) { receive(std::move(m)); },
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
          return open(stored->actor);
        }
        probation_.end_without_turn(*this);
      },
      [this](tried_again_atom) { is_tried_again_ = true; },
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
  open(stored.actor);
}

void durable_actor_host::open(const std::optional<actor_state>& stored) {
  const auto handlers = context_->handlers->find_actor(self_.kind());
  if (!handlers) return leave(leave_reason::not_registered, no_handlers(self_).message);
  written_ = stored;
  try {
    code_ = std::make_unique<actor_code>(self_, handlers, stored);
  } catch (const std::exception& e) {
    return leave(leave_reason::broken, e.what());
  }
  state_ = idle();
  next();
}

// -- what comes ---------------------------------------------------------------

// Commands wait in their queue, those for a later time among the other messages. A page brings a command that comes
// before the store has answered.
void durable_actor_host::receive(message content) {
  if (in_state<leaving_memory>()) return send(dispatcher_, deliver{std::move(content)});
  if (!is_command(content)) {
    (void)inbox_->receive(std::move(content));
  } else if (auto* asked = std::get_if<loading>(&state_)) {
    asked->is_to_be_repeated = true;
  } else if (in_state<idle>() && !record_.is_stored()) {
    load();  // somebody else has made it
  } else {
    inbox_->queues().push(std::move(content));
  }
  next();
}

void durable_actor_host::receive_loaded(std::vector<message> rows) {
  std::vector<message> later = inbox_->receive_loaded(std::move(rows), context_->horizon->load());
  if (!later.empty()) send(dispatcher_, deliver_many{std::move(later)});
}

// Behind a command that is in the store only, it would be applied too early: then its client sends it by the store.
void durable_actor_host::receive(ask_here command) {
  if (in_state<leaving_memory>()) return send(dispatcher_, std::move(command));
  const bool is_coming = in_state<loading>() || in_state<on_probation>();
  const bool is_whole = !inbox_->queues().lacks(commands()) && !inbox_->queues().is_asked();
  if (draining_ || !(is_coming || is_whole)) return context_->client->ask_through_store(std::move(command));
  waiting_command waiting;
  waiting.content.command = std::move(command.what.command);
  waiting.content.input = std::move(command.what.input);
  waiting.content.id = std::move(command.what.id);
  waiting.bytes = waiting.content.input.size();
  waiting.is_answered = command.what.is_answered;
  waiting.answered = std::move(command.done);
  local_.push_back(std::move(waiting));
  request_turn();
}

void durable_actor_host::receive(query_here query) {
  if (in_state<leaving_memory>()) return send(dispatcher_, std::move(query));
  queries_.push_back(std::move(query));
  next();
}

void durable_actor_host::ask_for_pages() {
  if (!record_.is_stored()) return;
  if (inbox_->queues().lacks(commands()))
    send(context_->store_executor,
         queue_request{record_.id, record_.life, commands(), inbox_->queues().ask(commands())});
  if (!inbox_->may_read_page()) return;
  inbox_->unread().ask();
  send(context_->store_executor, queue_request{record_.id, record_.life, std::nullopt, 0});
}

// A page that could not be read while a turn is committed is asked for again after the turn.
void durable_actor_host::take_page(queue_loaded answer) {
  if (in_state<leaving_memory>() || in_state<loading>()) return;
  if (!answer.page) {
    if (!in_state<committing>()) return leave(leave_reason::broken, answer.page.error().message);
    if (answer.queue) return inbox_->queues().forget(*answer.queue);
    for (message& each : inbox_->unread().answered(true)) inbox_->unread().leave_in_store(std::move(each));
    return;
  }
  if (answer.queue) {
    inbox_->queues().answer(*answer.queue, answer.number, *std::move(answer.page));
  } else {
    std::vector<message> meanwhile = inbox_->unread().answered(answer.page->more);
    receive_loaded(std::move(answer.page->messages));
    for (message& each : meanwhile) (void)inbox_->receive(std::move(each));
  }
  next();
}

// -- turns --------------------------------------------------------------------

bool durable_actor_host::has_commands() const {
  return !taken_back_.empty() || !inbox_->arrived().empty() ||
         inbox_->queues().front(commands()) != nullptr || !local_.empty();
}

// Whether it has nothing to do, and nothing is in the store only.
bool durable_actor_host::is_settled() const {
  return !has_commands() && !inbox_->queues().is_asked() && inbox_->has_read_all();
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
    probation_.end_without_turn(*this);
  leave_if_drained();
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
  auto turn = begin_turn();
  apply_commands(*turn);
  commit(std::move(turn));
}

std::unique_ptr<command_turn> durable_actor_host::begin_turn() {
  const turn_inputs inputs{wall_clock_now(), duroxide::detail::random_bits};
  rules_.oldest = inputs.now - context_->options.answer_retention;
  if (written_) rules_.oldest = std::max(rules_.oldest, written_->answers_since);
  return std::make_unique<command_turn>(*code_, rules_, inputs);
}

void durable_actor_host::apply_commands(command_turn& turn) {
  const duroxide::detail::code_position nowhere;
  const turn_watch::running_turn watched(*context_->watch, record_.id, record_.status.orchestration, {},
                                         nowhere);
  batch_room room;
  const auto has_room_for = [&](std::size_t bytes) {
    return !turn.is_destroyed() && !(one_by_one_ && turn.size() > 0) && room.take(bytes);
  };
  while (!taken_back_.empty() && has_room_for(taken_back_.front().bytes)) {
    turn.apply(std::move(taken_back_.front()));
    taken_back_.pop_front();
  }
  if (!taken_back_.empty()) return;
  std::vector<message> due = inbox_->take_for_turn().messages;
  auto each = due.begin();
  for (; each != due.end() && has_room_for(each->data.size()); ++each) {
    if (each->kind == message_kind::timer_due)
      turn.apply(command_of(std::move(*each)));
    else
      inbox_->add_stale(std::array{each->id});  // nobody here awaits anything
  }
  inbox_->put_back({std::make_move_iterator(each), std::make_move_iterator(due.end())});
  if (!inbox_->arrived().empty()) return;
  while (const message* first = inbox_->queues().front(commands())) {
    if (!has_room_for(first->data.size())) return;
    turn.apply(command_of(inbox_->queues().pop(commands())));
  }
  if (inbox_->queues().lacks(commands())) return;
  while (!local_.empty() && has_room_for(local_.front().bytes)) {
    turn.apply(std::move(local_.front()));
    local_.pop_front();
  }
}

void durable_actor_host::commit(std::unique_ptr<command_turn> turn) {
  turn_commit made = turn->commit(written_);
  if (command_turn::is_empty(made)) {
    effects_.discard(*this, inbox_->take_stale());
    return end_turn(*turn);
  }
  made.instance = record_.id;
  made.life = record_.life;
  made.shard = context_->shard_of_instance(record_.id);
  made.execution = record_.is_stored() ? record_.status.execution : 1;
  made.ends_probation = probation_.end_with_turn();
  if (!record_.is_stored()) {
    instance_start start;
    start.instance = record_.id;
    start.orchestration = record_.status.orchestration;
    start.created_at = made.began_at;
    start.history_format = record_.history_format;
    made.creates = std::move(start);
  }
  mark_own_messages(made, *context_);
  auto committed = std::make_shared<turn_commit>(std::move(made));
  const std::size_t bytes = stored_bytes(*committed);
  state_ = committing{committed, std::move(turn)};
  send(context_->journal(), commit_turn{std::move(committed), bytes, false, std::nullopt});
}

void durable_actor_host::written(turn_receipt receipt) {
  committing finished = std::move(std::get<committing>(state_));
  state_ = idle();
  switch (receipt.outcome) {
  case turn_outcome::committed: break;
  case turn_outcome::repeated: return apply_again(std::move(finished), std::move(receipt.repeated));
  case turn_outcome::unwritable: return refused(std::move(finished), receipt.why);
  case turn_outcome::already_exists: take_back(*finished.turn); return load();
  case turn_outcome::stale:
    probation_.resume(finished.commit->ends_probation);
    take_back(*finished.turn);
    return leave(leave_reason::broken, "its stored state is not the one that the turn was computed from");
  }
  const turn_commit& turn = *finished.commit;
  if (turn.creates) record_.status.execution = 1;
  record_.apply(turn, receipt.life);
  if (turn.actor->state) written_ = turn.actor->state;
  probation_.leave_gate(*this);
  if (std::exchange(is_tried_again_, false)) send(dispatcher_, recovered_atom::value);
  effects_.discard(*this, inbox_->take_stale());
  effects_.release(*this, turn, receipt, nullptr);
  end_turn(*finished.turn);
}

// REQUIRES: what it has changed is durable.
void durable_actor_host::end_turn(command_turn& turn) {
  rules_.poison.reset();
  rules_.known.clear();
  one_by_one_ = false;
  for (const auto& each : turn.traces())
    log_trace("duroxide::actor", each.level, "{} actor={}", each.text, field("instance", record_.id));
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
  if (finished.turn->size() == 1)
    rules_.poison = error_details{error_category::infrastructure,
                                  error_kind::store_incompatible,
                                  "the store cannot take what the command leads to: " + why,
                                  {}};
  one_by_one_ = true;
  take_back(*finished.turn);
  open(written_);
}

// Some commands had been applied before: the others are applied to the state as the last commit left it.
void durable_actor_host::apply_again(committing refused, std::vector<kept_answer> known) {
  for (kept_answer& each : known) rules_.known.insert_or_assign(each.command_id, std::move(each));
  probation_.resume(refused.commit->ends_probation);
  take_back(*refused.turn);
  open(written_);
}

void durable_actor_host::take_back(command_turn& turn) {
  std::vector<waiting_command> all = turn.take_back();
  taken_back_.insert(taken_back_.begin(), std::make_move_iterator(all.begin()),
                     std::make_move_iterator(all.end()));
}

// -- leaving memory -----------------------------------------------------------

// While the node stops, what has a row waits there for the next start.
void durable_actor_host::leave_if_drained() {
  if (draining_ && in_state<idle>() && local_.empty() && taken_back_.empty()) leave(leave_reason::passivated);
}

// What waits without a row goes back to the dispatcher, behind `leaving`, so that the next actor of this id gets it.
// The client that waits keeps its own limit. What has a row is read from the store again.
void durable_actor_host::leave(leave_reason reason, std::string detail) {
  if (auto* unfinished = std::get_if<committing>(&state_)) {
    probation_.resume(unfinished->commit->ends_probation);
    take_back(*unfinished->turn);
  }
  state_ = leaving_memory();
  probation_.end_without_turn(*this);
  code_.reset();
  send(dispatcher_,
       leaving{record_.id,
               record_.life,
               reason,
               std::move(detail),
               {duroxide::detail::orchestration_of_actor(self_.kind()), {}, record_.history_format}});
  const auto give_back = [this](std::deque<waiting_command> all) {
    for (waiting_command& each : all) {
      if (!each.answered) continue;
      command_request again{self_,
                            std::move(each.content.command),
                            std::move(each.content.input),
                            std::move(each.content.id),
                            each.is_answered,
                            no_limit};
      send(dispatcher_, ask_here{std::move(again), std::move(each.answered)});
    }
  };
  give_back(std::exchange(taken_back_, {}));
  give_back(std::exchange(local_, {}));
  std::vector<message> due = inbox_->take_all();
  if (!due.empty()) send(dispatcher_, deliver_many{std::move(due)});
  for (query_here& each : std::exchange(queries_, {})) send(dispatcher_, std::move(each));
}

}  // namespace duroxide::internal
