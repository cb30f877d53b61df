#include "actors/instance/instance.hpp"

#include "runtime/history_codec.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/activity/messages.hpp"
#include "actors/clock.hpp"
#include "actors/entropy.hpp"
#include "actors/instance/commit_builder.hpp"
#include "actors/instance/messages.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/instance/probation_gate.hpp"
#include "actors/instance/tree_sweeps.hpp"
#include "actors/instance/turn_gate.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/start_if_deleted.hpp"
#include "actors/store/batch_room.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

bool is_start(const message& m) { return m.kind == message_kind::start; }

std::uint64_t& failures_of(orchestration_metrics& of, const std::optional<error_details>& why) {
  switch (why ? why->category : error_category::application) {
  case error_category::configuration: return of.failed_configuration;
  case error_category::infrastructure: return of.failed_infrastructure;
  case error_category::poison: return of.failed_poison;
  case error_category::application: break;
  }
  return of.failed_application;
}

message start_message(const std::string& instance, std::uint64_t execution, std::uint64_t id) {
  message start;
  start.id = id;
  start.kind = message_kind::start;
  start.instance = instance;
  start.execution = execution;
  return start;
}

std::size_t payloads_of(const std::vector<message>& messages) {
  std::size_t bytes = 0;
  for (const message& each : messages) bytes += each.data.size();
  return bytes;
}

// As the commit that started it has left it.
local_child_start make_local_child_start(const instance_start& started, const start_receipt& answer,
                                         std::uint64_t starter, std::uint32_t shard_count) {
  local_child_start child;
  loaded_instance& stored = child.stored;
  stored.instance = started.instance;
  stored.life = answer.life;
  stored.shard = shard_of(started.instance, shard_count);
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
  child.start = start_message(started.instance, 1, answer.message_id);
  child.start.visible_at = started.created_at;
  return child;
}

}  // namespace

instance::instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, start_here start)
    : event_based_actor(config), context_(std::move(all)), dispatcher_(std::move(dispatcher)),
      id_(start.what.instance), creation_(std::make_unique<start_here>(std::move(start))) {}

instance::instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, local_child_start child)
    : event_based_actor(config), context_(std::move(all)), dispatcher_(std::move(dispatcher)),
      id_(child.stored.instance), local_child_start_(std::make_unique<local_child_start>(std::move(child))) {}

instance::instance(caf::actor_config& config, context_ptr all, caf::actor dispatcher, std::string id,
                   forced_failure failure)
    : event_based_actor(config), context_(std::move(all)), dispatcher_(std::move(dispatcher)),
      id_(std::move(id)), forced_failure_(std::move(failure)) {}

caf::behavior instance::make_behavior() {
  ++context_->counters->resident_instances;
  if (creation_)
    create();
  else if (local_child_start_)
    be_born();
  else
    send(context_->store_executor, load_request{id_});
  return {
      [this](deliver& m) { receive(std::move(m.content)); },
      [this](deliver_many& m) {
        for (auto& each : m.contents) receive(std::move(each));
      },
      [this](tried_again_atom) { has_failed_ = true; },
      [this](turn_atom) {
        if (!may_make_turn()) return;
        turn_requested_ = false;
        run_turn();
      },
      [this](const let_in&) {
        turn_requested_ = false;
        run_turn();
      },
      [this](turn_written& m) { written(std::move(m.receipt)); },
      [this](put_off_atom) { put_off(); },
      [this](instance_loaded& m) { take_up(std::move(m)); },
      [this](queue_loaded& m) { take_page(std::move(m)); },
      [this](unclaimed_activities& m) { run_unanswered(std::move(m)); },
      [this](start_here& again) {
        if (leaving_) return send(dispatcher_, std::move(again));
        if (stored_) return start_if_deleted(dispatcher_, context_->store_executor, std::move(again));
        starters_.push_back(std::move(again));
      },
      [this](found_deleted& m) { make_room(std::move(m)); },
      [this](life_found& m) { compare_life(std::move(m)); },
      [this](entered_atom) { send(context_->journal(), begin_probation{id_}); },
      [this](probation_begun_atom) { run_on_probation(); },
      [this](passivate_atom) {
        if (nothing_to_do()) leave(leave_reason::passivated);
      },
      [this](stop_atom) {
        draining_ = true;
        leave_if_drained();
      },
      [this](bye_atom) { quit(); },
  };
}

void instance::on_exit() {
  --context_->counters->resident_instances;
  leave_gate();
  context_.reset();
  dispatcher_ = nullptr;
  execution_.reset();
  starters_.clear();
  creation_.reset();
}

// -- turns --------------------------------------------------------------------

// By way of the mailbox, so that everything that is in it by now becomes part of the turn.
void instance::request_turn() {
  if (turn_requested_ || in_flight_ || !execution_) return;
  turn_requested_ = true;
  send(this, turn_atom::value);
}

// Else it is let in later.
bool instance::may_make_turn() {
  if (leaving_ || context_->gate->is_wide_open()) return true;
  const std::size_t arrived = arrived_bytes_ + (creation_ ? creation_->what.input.size() : 0);
  return context_->gate->enter(status_.orchestration, arrived, this);
}

void instance::leave_gate() {
  if (bytes_at_gate_ != 0) context_->gate->written(std::exchange(bytes_at_gate_, 0));
}

// As much as one turn may have; the rest is for the next one. The cancellation of one that has not begun may
// be behind anything.
void instance::take_arrived(bool all) {
  if (all) {
    in_turn_ = std::exchange(arrived_, {});
    arrived_bytes_ = 0;
    return;
  }
  batch_room room;
  const auto behind =
      std::ranges::find_if_not(arrived_, [&room](const message& m) { return room.take(stored_bytes(m)); });
  in_turn_.assign(std::make_move_iterator(arrived_.begin()), std::make_move_iterator(behind));
  arrived_.erase(arrived_.begin(), behind);
  weigh_arrived();
}

// What the turn had no room for.
void instance::put_back_arrived(std::size_t taken) {
  if (taken == in_turn_.size()) return;
  const auto rest = in_turn_.begin() + static_cast<std::ptrdiff_t>(taken);
  arrived_.insert(arrived_.begin(), std::make_move_iterator(rest), std::make_move_iterator(in_turn_.end()));
  in_turn_.erase(rest, in_turn_.end());
  weigh_arrived();
}

void instance::run_turn() {
  drop_foreign_cancels();
  if (parent_) let_cancels_go_first();
  if (meets_later_life()) return;
  if (in_flight_ || leaving_ || !execution_) return;
  if (!may_run()) {
    discard_stale();
    return ask_for_pages();
  }
  first_turn_due_ = false;
  bool too_early = awaits_start_ && std::ranges::none_of(arrived_, is_start);
  awaits_start_ = false;
  turn_inputs inputs{wall_clock_now(), random_bits};
  turn_began_ = inputs.now;
  take_arrived(too_early);
  turn made = run_code([&] {
    return too_early ? execution_->cancel_before_start(in_turn_, waiting_, inputs)
                     : execution_->run(in_turn_, waiting_, inputs);
  });
  put_back_arrived(made.taken);
  for (const std::string& warning : made.warnings) log_warning("duroxide: instance '{}': {}", id_, warning);
  commit(std::move(made));
}

// What to do next, after a load, a turn or a page.
void instance::look_further() {
  if (!execution_ || in_flight_ || leaving_) return;
  ask_for_pages();
  if (!arrived_.empty() || may_run())
    request_turn();
  else if (!waiting_.is_asked() && !unread_.is_asked())
    end_probation_without_turn();
}

void instance::commit(turn made) {
  for (std::uint64_t id : made.discarded)
    if (id != 0) stale_.push_back(id);
  if (made.events.empty() && made.consumed.empty()) {  // nothing to record
    in_turn_.clear();
    discard_stale();
    look_further();
    return leave_if_drained();
  }
  turn_origin origin;
  origin.instance = id_;
  origin.orchestration = status_.orchestration;
  origin.version = status_.version;
  origin.execution = status_.execution;
  origin.parent = parent_;
  origin.root = parent_ ? root_ : life_;
  origin.depth = depth_;
  origin.max_depth = context_->options.max_depth;
  origin.custom_status = made.custom_status ? *made.custom_status : status_.custom_status;
  origin.history_format = history_format_;
  origin.next_history_format = std::max(history_format_, context_->store->history_format());
  origin.build_id = context_->options.build_id;
  origin.at = turn_began_;  // the same time as in the turn: replay goes by what is stored
  if (made.ends && made.ends->status == runtime_status::continued_as_new) {
    std::string wanted = made.ends->version.value_or(std::string());
    const auto* next = context_->handlers->find_orchestration(status_.orchestration, wanted);
    origin.next_version = next ? next->version : wanted;
  }
  auto committed = std::make_shared<turn_commit>(make_commit(origin, made));
  committed->life = life_;
  mark_own(*committed, *context_, origin.at + 2 * context_->options.timer_horizon);
  if (!stored_)
    committed->creates = instance_start{id_,
                                        status_.orchestration,
                                        status_.version,
                                        std::move(creation_->what.input),
                                        {},
                                        origin.at,
                                        creation_->what.options.labels,
                                        {},
                                        history_format_};
  node_context::activity_room room;
  if (!committed->activities.empty()) room = context_->room_for_activities();
  for (stored_activity& activity : committed->activities) {
    activity.due =
        std::max(stored_ ? status_.created_at : origin.at, origin.at - limits::activity_precedence);
    activity.claimable = !context_->runs_here(activity) || !room.take(activity);
  }
  committed->ends_probation = std::exchange(on_probation_, false);
  version_of_turn_ = status_.version;
  if (status_.status == runtime_status::pending && !committed->update.version)
    committed->update.version = status_.version;
  unconsumed_ = std::move(made.unconsumed);
  traces_ = std::move(made.traces);
  send_to_journal(std::move(committed));
}

void instance::send_to_journal(std::shared_ptr<turn_commit> committed) {
  in_flight_ = committed;
  const bool begins = !stored_ || status_.status == runtime_status::pending;
  if (begins) began_ = steady_now();
  bytes_at_gate_ = stored_bytes(*committed);
  context_->gate->made(bytes_at_gate_);
  if (bytes_at_gate_ >= turn_gate::large_turn) {
    const std::size_t arrived =
        payloads_of(in_turn_) + (committed->creates ? committed->creates->input.size() : 0);
    context_->gate->made_large(status_.orchestration, bytes_at_gate_, arrived);
  }
  send(context_->journal(), commit_turn{std::move(committed), bytes_at_gate_, begins, began_});
}

void instance::written(turn_receipt receipt) {
  leave_gate();
  switch (receipt.outcome) {
  case turn_outcome::committed: break;
  case turn_outcome::already_exists:
    answer_creator(start_result::already_exists);
    return leave(leave_reason::already_exists);
  case turn_outcome::stale:
    return leave(leave_reason::broken, "its stored state is not the one that the turn was computed from");
  case turn_outcome::unwritable: return refused(receipt.why);
  }
  if (!std::exchange(stored_, true)) stored_since_ = steady_now();
  life_ = receipt.life;
  leave_probation_gate();
  if (std::exchange(has_failed_, false)) send(dispatcher_, recovered_atom::value);
  in_turn_.clear();
  discard_stale();
  if (creation_) {
    answer_creator(start_result::started);
    creation_.reset();
    ask_for_starters();
  }
  update_status();
  count_turn();
  log_traces();
  release_effects(receipt);
  std::shared_ptr<const turn_commit> turn = std::exchange(in_flight_, nullptr);
  if (status_.status == runtime_status::cancelled && root_ != 0 && depth_ % tree_sweeps::worth_it == 0)
    tree_sweeps::sweep(context_, root_);
  // What arrived meanwhile goes back: the rows went with this turn, unless the instance has been replaced
  // since.
  if (is_terminal(status_.status)) {
    std::erase_if(arrived_, [](const message& m) { return m.id == 0; });
    return leave(leave_reason::ended);
  }
  if (turn->begins) begin_next_execution(*turn, receipt.begin_message_id);
  look_further();
  leave_if_drained();
}

// It is neither the code's fault nor an end of the instance (I10): somebody has to look at it.
void instance::refused(const std::string& why) {
  log_error("duroxide: the store cannot take a turn of instance '{}' of orchestration '{}'{}: {}", id_,
            status_.orchestration, stored_ ? "; it is tried again now and then" : ", which is not started",
            why);
  on_probation_ = in_flight_->ends_probation;
  if (stored_) return leave(leave_reason::refused, "the store cannot take its turn: " + why);
  answer_creator(error_details{error_category::infrastructure,
                               error_kind::store_incompatible,
                               "the store cannot take the start of instance '" + id_ + "': " + why,
                               {}});
  leave(leave_reason::not_found);
}

void instance::answer_creator(result<start_result, error_details> outcome) {
  starters_.front().done(std::move(outcome));
  starters_.erase(starters_.begin());
}

void instance::update_status() {
  const turn_commit& turn = *in_flight_;
  status_.status = turn.update.status;
  status_.life = life_;
  status_.updated_at = turn.at;
  if (turn.creates) status_.created_at = turn.at;
  if (turn.update.version) status_.version = *turn.update.version;
  if (turn.update.output) status_.output = *turn.update.output;
  status_.error = turn.update.error;
  if (turn.update.custom_status) {
    status_.custom_status = *turn.update.custom_status;
    ++status_.custom_status_version;
  }
}

void instance::begin_next_execution(const turn_commit& turn, std::uint64_t start_message_id) {
  ++status_.execution;
  for (const queued_message& each : turn.given_back) waiting_.forget(each.queue);
  if (turn.update.history_format) {
    history_format_ = *turn.update.history_format;
    waiting_.forget_all();
  }
  const auto* handler = context_->handlers->find_orchestration(status_.orchestration, status_.version);
  if (!handler) return leave_unregistered();
  began_.reset();
  timer_messages_.clear();
  execution_ = make_execution(*handler);
  run_code([&] { execution_->replay(unpack_events(1, turn.history.back().packed).value()); });
  const auto came_with_a_page = [&](const message& m) { return m.id != 0 && m.id == start_message_id; };
  std::erase_if(arrived_, came_with_a_page);
  std::vector<message> next{start_message(id_, status_.execution, start_message_id)};
  for (auto* more : {&unconsumed_, &arrived_})
    next.insert(next.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  unconsumed_.clear();
  arrived_ = std::move(next);
  weigh_arrived();
}

// -- effects ------------------------------------------------------------------

void instance::release_effects(const turn_receipt& receipt) {
  if (!in_flight_->activities.empty()) {
    run_activities scheduled{in_flight_->activities, true};
    for (stored_activity& each : scheduled.activities) each.key.life = life_;
    send(context_->pool, std::move(scheduled));
  }
  release_starts(receipt);
  release_messages(receipt);
  cancel_elsewhere();
  tell_waiters();
}

void instance::tell_waiters() {
  const turn_commit& turn = *in_flight_;
  if (turn.update.custom_status || !turn.kv.empty() || is_terminal(turn.update.status))
    send(dispatcher_, status_changed{id_, status_, turn.kv});
}

void instance::log_traces() {
  for (const auto& each : std::exchange(traces_, {}))
    log_trace("duroxide::orchestration", each.level,
              "{} instance_id={} execution_id={} orchestration_name={} orchestration_version={}", each.text,
              id_, in_flight_->execution, status_.orchestration, status_.version);
}

void instance::count_turn() {
  const turn_commit& turn = *in_flight_;
  context_->counters->count_orchestration(
      status_.orchestration, version_of_turn_, [&](orchestration_metrics& of) {
        ++of.turns;
        for (const history_row& row : turn.history) {
          of.events += row.count;
          if (row.first_event_id == 1 && row.execution == turn.execution) ++of.started;
        }
        of.sub_orchestrations += static_cast<std::uint64_t>(std::ranges::count_if(
            turn.starts, [](const auto& start) { return start.what.parent.has_value(); }));
        if (!turn.ends) return;
        switch (turn.ends->status) {
        case runtime_status::completed: ++of.completed; break;
        case runtime_status::cancelled: ++of.cancelled; break;
        case runtime_status::continued_as_new: ++of.continued_as_new; return;
        default: ++failures_of(of, turn.ends->error);
        }
        metrics::observe(of.duration, turn.at - status_.created_at);
      });
  if (turn.begins)
    context_->counters->count_orchestration(status_.orchestration, status_.version,
                                            [](orchestration_metrics& next) { ++next.started; });
}

void instance::release_starts(const turn_receipt& receipt) {
  for (std::size_t i = 0; i < receipt.starts.size(); ++i) {
    const outgoing_start& start = in_flight_->starts[i];
    const start_receipt& answer = receipt.starts[i];
    if (answer.message_id == 0) continue;
    if ((answer.started ? start.delivered_under : start.if_exists->delivered_under) == 0) continue;
    if (answer.started) {
      const caf::actor& to = context_->dispatcher_of(start.what.instance);
      send(to, make_local_child_start(start.what, answer, life_, context_->membership.shard_count));
    } else {
      message content = start.if_exists->content;
      content.id = answer.message_id;
      context_->send_message(*this, std::move(content));
    }
  }
}

void instance::release_messages(const turn_receipt& receipt) {
  add_timers timers;
  for (std::size_t i = 0; i < receipt.message_ids.size(); ++i) {
    const outgoing_message& sent = in_flight_->messages[i];
    if (receipt.message_ids[i] == 0) continue;  // its receiver is gone
    message content = sent.content;
    content.id = receipt.message_ids[i];
    if (content.kind == message_kind::timer_due) {
      timer_messages_.emplace(content.source, content.id);
      if (sent.delivered_under != 0) timers.timers.push_back(std::move(content));
    } else if (sent.delivered_under != 0) {
      context_->send_message(*this, std::move(content));
    }
  }
  if (!timers.timers.empty()) send(dispatcher_, std::move(timers));
}

void instance::cancel_elsewhere() {
  const turn_commit& turn = *in_flight_;
  if (!turn.cancelled_activities.empty()) {
    cancel_activities cancelled;
    for (std::uint64_t id : turn.cancelled_activities)
      cancelled.keys.push_back({id_, turn.execution, id, life_});
    send(context_->pool, std::move(cancelled));
  }
  cancel_timers stopped;
  for (std::uint64_t id : turn.cancelled_timers)
    if (auto at = timer_messages_.find(id); at != timer_messages_.end()) {
      stopped.message_ids.push_back(at->second);
      timer_messages_.erase(at);
    }
  if (!stopped.message_ids.empty()) send(dispatcher_, std::move(stopped));
}

}  // namespace duroxide::internal
