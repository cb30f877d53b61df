#include "actors/instance/instance.hpp"

#include "duroxide/detail/ensure.hpp"
#include "duroxide/detail/start_message.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/instance/make_execution.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/instance/probation_gate.hpp"
#include "actors/instance/tree_sweeps.hpp"
#include "actors/instance/turn_metrics.hpp"
#include "actors/instance/turn_watch.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/store/messages.hpp"

#include <iterator>
#include <optional>

namespace duroxide::internal {

namespace {

// Of failed attempts not all; see attempt_lines.
std::optional<std::string> text_of_trace(const duroxide::detail::trace_record& trace, attempt_lines& failed) {
  if (trace.failed_activity.empty()) return trace.text;
  const std::optional<std::uint64_t> untold = failed.tell(trace.failed_activity);
  if (!untold) return std::nullopt;
  if (*untold == 0) return trace.text;
  return trace.text + " (and " + std::to_string(*untold) +
         " failed attempts of this activity since its last line)";
}

void log_traces(const instance_record& owner, const instance_states::committing& finished,
                attempt_lines& failed) {
  for (const auto& each : finished.traces) {
    const std::optional<std::string> text = text_of_trace(each, failed);
    if (!text) continue;
    log_trace("duroxide::orchestration", each.level,
              "{} instance_id={} execution_id={} orchestration_name={} orchestration_version={}", *text,
              field("instance", owner.id), field("execution", finished.turn->execution),
              field("orchestration", owner.status.orchestration), field("version", owner.status.version),
              field("activity", each.failed_activity));
  }
}

// How many bytes of payloads a turn was given.
std::size_t given_to(const turn_commit& turn, const std::vector<message>& taken) {
  std::size_t bytes = turn.creates ? turn.creates->input.size() : 0;
  for (const message& each : taken) bytes += each.data.size();
  return bytes;
}

// What a turn had no room for.
std::vector<message> cut_behind(std::vector<message>& taken, std::size_t used) {
  detail::ensure(used <= taken.size(), "a turn takes no more messages than it is given");
  const auto rest = taken.begin() + static_cast<std::ptrdiff_t>(used);
  std::vector<message> cut(std::make_move_iterator(rest), std::make_move_iterator(taken.end()));
  taken.erase(rest, taken.end());
  return cut;
}

// Dispatchers give these to durable actors.
error_details no_durable_actor(const actor_address& wanted) {
  return {error_category::configuration,
          error_kind::invalid_argument,
          "'" + wanted.instance_id() + "' is an instance of an orchestration",
          {}};
}

bool is_cancelled_deep_in_tree(const instance_record& owner) {
  return owner.status.status == runtime_status::cancelled && owner.root != 0 &&
         owner.depth % tree_sweeps::worth_it == 0;
}

}  // namespace

instance::instance(caf::actor_config& config, context_ptr context, dispatcher_actor dispatcher,
                   std::string id, instance_state::any first, forced_failure failure)
    : instance_self::base(config), context_(std::move(context)),
      dispatcher_(std::move(dispatcher)), record_{std::move(id), 0, {}, {}, limits::history_format, {}, 0, 0},
      state_(std::move(first)), inbox_(record_), forced_failure_(std::move(failure)),
      effects_(context_, dispatcher_, record_), probation_(context_, record_.id) {}

instance::behavior_type instance::make_behavior() {
  ++context_->counters->resident_instances;
  if (state_.holds<instance_states::starting>()) {
    create();
  } else if (auto* adopting = state_.get_if<instance_states::adopting>()) {
    const std::unique_ptr<local_child_start> child = std::move(adopting->child);
    inbox_.receive(std::move(child->start));
    restore(std::move(child->stored));
  } else {
    send(context_->store_executor, load_request{record_.id});
  }
  return {
      [this](deliver& m) { receive(std::move(m.content)); },
      [this](deliver_many& m) {
        for (message& each : m.contents) receive(std::move(each));
      },
      [this](turn_atom) {
        if (may_make_turn()) run_turn();
      },
      [this](const let_in&) { run_turn(); },
      [this](turn_written& m) { written(std::move(m.receipt)); },
      [this](put_off_atom) {  // what the turn had taken is in the store, but for what is given back
        auto finished = state_.exchange<instance_states::committing>(instance_states::idle());
        probation_.resume(finished.turn->ends_probation);
        inbox_.put_back(std::move(finished.taken));
        leave(leave_reason::passivated);
      },
      [this](instance_loaded& m) { on_loaded(std::move(m)); },
      [this](queue_loaded& m) { take_page(std::move(m)); },
      [this](activities_not_in_pool& m) { run_unanswered(std::move(m)); },
      [this](start_here& m) { receive(std::move(m)); },
      [](ask_here& m) { m.done(no_durable_actor(m.what.receiver)); },
      [](query_here& m) { m.done(no_durable_actor(m.what.receiver)); },
      [](answer_found&) {},
      [this](found_deleted& m) { on_deleted(std::move(m)); },
      [this](life_found& m) { on_life_found(std::move(m)); },
      [this](entered_atom) { probation_.record(*this); },
      [this](probation_begun_atom) {
        probation_.is_recorded();
        if (auto* waits = state_.get_if<instance_states::on_probation>()) {
          const std::unique_ptr<loaded_instance> stored = std::move(waits->stored);
          return restore(std::move(*stored));
        }
        probation_.end_without_turn(*this);
      },
      [this](tried_again_atom, std::uint32_t failed) { failed_attempts_ = failed; },
      [this](passivate_atom) {
        if (state_.holds<instance_states::idle>() && inbox_.is_settled(*execution_))
          leave(leave_reason::passivated);
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
  state_.end();
  execution_.reset();
  callers_ = start_callers();
  context_.reset();
  dispatcher_ = nullptr;
}

// -- turns --------------------------------------------------------------------

// By way of the mailbox, so that everything that is in it by now becomes part of the turn.
void instance::request_turn() {
  auto* idle = state_.get_if<instance_states::idle>();
  if (!idle || idle->turn_requested || idle->awaits_queues) return;
  idle->turn_requested = true;
  send(this, turn_atom::value);
}

// False: the turn gate sends `let_in` later.
bool instance::may_make_turn() {
  if (!state_.holds<instance_states::idle>()) return false;
  if (context_->gate->is_wide_open()) return true;
  const std::size_t input = record_.is_stored() ? 0 : callers_.creator().input.size();
  return context_->gate->enter(record_.status.orchestration, inbox_.bytes() + input, this);
}

void instance::run_turn() {
  auto* idle = state_.get_if<instance_states::idle>();
  if (!idle) return;
  idle->turn_requested = false;
  // What is for a later life shows that this one has been deleted: the next actor takes it.
  if (inbox_.drop_foreign()) return leave(leave_reason::not_found);
  if (record_.is_stored() && inbox_.has_urgent_signal()) return leave(leave_reason::signalled);
  if (!inbox_.asks_for_turn(*execution_)) {
    effects_.discard(*this, inbox_.take_stale());
    return ask_for_pages();
  }
  const turn_inputs inputs{wall_clock_now(), duroxide::detail::random_bits};
  auto [taken, is_before_start] = inbox_.take_for_turn();
  turn made;
  {
    const turn_watch::running_turn watched(*context_->watch, record_.id, record_.status.orchestration,
                                           record_.status.version, execution_->position());
    made = is_before_start ? execution_->cancel_before_start(taken, inbox_.queues(), inputs)
                           : execution_->run(taken, inbox_.queues(), inputs);
  }
  if (const std::string* mismatch = stalled_by()) {
    inbox_.put_back(std::move(taken));
    return leave(leave_reason::mismatched, *mismatch);
  }
  inbox_.put_back(cut_behind(taken, made.taken));
  for (const std::string& warning : made.warnings)
    log_warning("duroxide: instance '{}': {}", field("instance", record_.id), only_text(warning),
                field("orchestration", record_.status.orchestration),
                field("version", record_.status.version), field("execution", record_.status.execution));
  commit(std::move(made), inputs.now, std::move(taken));
}

// What the code does otherwise than its history says, if that keeps it from going on; null: it goes on. One that is not
// stored has nothing to keep: it fails.
const std::string* instance::stalled_by() const {
  const auto& mismatch = execution_->mismatch();
  const bool stalls =
      mismatch && record_.is_stored() && context_->options.on_mismatch == mismatch_policy::stall;
  return stalls ? &mismatch->message : nullptr;
}

// What to do next, after a load, a turn or a page.
void instance::request_pages_or_turn() {
  if (!state_.holds<instance_states::idle>()) return;
  ask_for_pages();
  if (!inbox_.arrived().empty() || inbox_.asks_for_turn(*execution_))
    request_turn();
  else if (!inbox_.queues().is_asked() && !inbox_.unread().is_asked())
    settle_without_turn();
}

// It can be run, and has nothing to do.
void instance::settle_without_turn() {
  probation_.end_without_turn(*this);
  if (std::exchange(record_.has_problem, false)) send(context_->journal(), end_problem{record_.id});
  if (std::exchange(failed_attempts_, 0) != 0) send(dispatcher_, recovered_atom::value);
}

// `began` is the same time as in the turn: replay goes by what is stored.
void instance::commit(turn made, timestamp began, std::vector<message> taken) {
  inbox_.add_stale(made.discarded);
  if (made.events.empty() && made.consumed.empty()) {  // nothing to record
    effects_.discard(*this, inbox_.take_stale());
    request_pages_or_turn();
    return leave_if_drained();
  }
  built_commit built = build_commit(*context_, record_, made, began);
  if (!record_.is_stored()) {
    built.turn.creates = creation_of(record_, callers_.creator().input, began);
    if (built.turn.update.history_format)
      built.turn.creates->history_format = *built.turn.update.history_format;
  }
  built.turn.ends_problem = record_.has_problem;
  submit(std::move(built), std::move(made), std::move(taken));
}

void instance::submit(built_commit built, turn made, std::vector<message> taken) {
  auto committed = std::make_shared<turn_commit>(std::move(built.turn));
  committed->ends_probation = probation_.end_with_turn();
  const bool was_pending = !record_.is_stored() || record_.status.status == runtime_status::pending;
  const bool begins = was_pending && committed->update.status != runtime_status::pending;
  if (begins) began_ = steady_now();
  const std::size_t bytes = stored_bytes(*committed);
  if (bytes >= turn_gate::large_turn)
    context_->gate->made_large(record_.status.orchestration, bytes, given_to(*committed, taken));
  state_.enter(instance_states::committing{
      committed, record_.status.version, std::move(taken), std::move(made.unconsumed), std::move(made.traces),
      turn_gate::counted_turn(context_->gate, bytes), std::move(built.reserved)});
  send(context_->journal(), commit_turn{std::move(committed), bytes, begins, began_});
}

void instance::written(turn_receipt receipt) {
  auto finished = state_.exchange<instance_states::committing>(instance_states::idle());
  switch (receipt.outcome) {
  case turn_outcome::committed: break;
  case turn_outcome::already_exists:
    callers_.answer_creator(start_result::already_exists);
    inbox_.put_back(std::move(finished.taken));
    return leave(leave_reason::already_exists);
  case turn_outcome::repeated:
  case turn_outcome::stale:
    inbox_.put_back(std::move(finished.taken));
    return leave(leave_reason::broken, "its stored state is not the one that the turn was computed from");
  case turn_outcome::unwritable: return refused(std::move(finished), receipt.why);
  }
  const turn_commit& turn = *finished.turn;
  record_.apply(turn, receipt.life);
  probation_.leave_gate(*this);
  if (execution_ && std::exchange(failed_attempts_, 0) != 0) send(dispatcher_, recovered_atom::value);
  effects_.discard(*this, inbox_.take_stale());
  if (turn.creates) {
    callers_.answer_creator(start_result::started);
    callers_.look_up(dispatcher_, context_->store_executor);
    tell_of_start();
  }
  count_turn(*context_->counters, record_, finished.version, turn);
  log_traces(record_, finished, *context_->failed_attempts);
  effects_.release(*this, turn, receipt, std::move(finished.reserved));
  if (is_terminal(record_.status.status)) {
    if (is_cancelled_deep_in_tree(record_)) tree_sweeps::sweep(context_, record_.root);
    // What arrived meanwhile goes back: the rows went with this turn, unless the instance has been replaced
    // since.
    inbox_.drop_if([](const message& m) { return m.id == 0; });
    return leave(leave_reason::ended);
  }
  if (!execution_)  // what it took needed no code
    return record_.pause ? leave(leave_reason::paused, record_.pause->detail)
                         : leave(leave_reason::signalled);
  if (turn.begins) begin_next_execution(finished, receipt.begin_message_id);
  request_pages_or_turn();
  leave_if_drained();
}

// It is neither the code's fault nor an end of the instance (I10): somebody has to look at it.
void instance::refused(instance_states::committing finished, const std::string& why) {
  log_error("duroxide: the store cannot take a turn of instance '{}' of orchestration '{}'{}: {}",
            field("instance", record_.id), field("orchestration", record_.status.orchestration),
            only_text(record_.is_stored() ? "; it is tried again now and then" : ", which is not started"),
            field("error", why), field("version", record_.status.version),
            field("execution", finished.turn->execution));
  probation_.resume(finished.turn->ends_probation);
  inbox_.put_back(std::move(finished.taken));
  if (record_.is_stored()) return leave(leave_reason::refused, "the store cannot take its turn: " + why);
  callers_.answer_creator(
      error_details{error_category::infrastructure,
                    error_kind::store_incompatible,
                    "the store cannot take the start of instance '" + record_.id + "': " + why,
                    {}});
  leave(leave_reason::not_found);
}

void instance::begin_next_execution(instance_states::committing& finished, std::uint64_t start_message_id) {
  const turn_commit& turn = *finished.turn;
  ++record_.status.execution;
  for (const queued_message& each : turn.given_back) inbox_.queues().forget(each.queue);
  if (turn.update.history_format) {
    record_.history_format = *turn.update.history_format;
    inbox_.queues().forget_all();
  }
  const auto* handler =
      context_->handlers->find_orchestration(record_.status.orchestration, record_.status.version);
  if (!handler) return leave(leave_reason::not_registered);
  began_.reset();
  effects_.forget_timers();
  execution_ =
      resume_execution(*context_, record_, *handler, unpack_events(1, turn.history.back().packed).value());
  inbox_.begin_execution(
      duroxide::detail::start_message(record_.id, record_.status.execution, start_message_id),
      std::move(finished.unconsumed));
}

}  // namespace duroxide::internal
