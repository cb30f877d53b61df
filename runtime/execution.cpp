#include "runtime/execution.hpp"

#include "duroxide/rewound_history.hpp"
#include "runtime/arrivals.hpp"
#include "runtime/recorder.hpp"
#include "runtime/replay.hpp"
#include "runtime/replay_verification.hpp"
#include "runtime/stored_bytes.hpp"
#include "runtime/turn_assembly.hpp"

namespace duroxide::internal {

execution::execution(execution_identity identity, orchestration_handler handler, execution_options options)
    : state_(std::move(identity), std::move(handler), std::move(options)) {}

void execution::begin(history_event started) {
  state_.started = std::make_unique<history_event>(started);
  state_.has_parent = started.parent.has_value();
  append(state_, std::move(started));
}

void execution::replay(std::vector<history_event> history) {
  const bool code_has_run = has_run(history);
  load_history(state_, std::move(history));
  state_.history.pass_notes();
  if (code_has_run)
    replay_loaded(code_, history_end::open);
  else
    state_.turn.weigh(stored_bytes(*state_.started));  // in its first turn, whichever node wrote it
  state_.history.go_to_end();
  state_.turn.begin_at(last_event_id() + 1);
  if (!state_.options.verify_replay && !mismatch()) state_.history.forget_recorded();
}

turn execution::run(std::span<const message> arrived, backlog& waiting, const turn_inputs& inputs) {
  const detail::running_code here(state_.identity.orchestration, state_.identity.instance);
  const turn_builder::input_scope making(state_.turn, inputs);
  if (state_.started && !mismatch()) code_.run_first();
  take_from_backlog(code_, waiting);
  for (auto next = arrived.begin(); next != arrived.end() && state_.turn.has_room(); ++next)
    take_message(code_, *next, waiting);
  return end_turn();
}

turn execution::cancel_before_start(std::span<const message> arrived, backlog& waiting,
                                    const turn_inputs& inputs) {
  const turn_builder::input_scope making(state_.turn, inputs);
  state_.options.verify_replay = false;  // replay would run the code
  for (const message& each : arrived)    // the cancellation may be behind anything
    take_message(code_, each, waiting);
  return end_turn();
}

turn execution::fail(error_details why, const turn_inputs& inputs) {
  const turn_builder::input_scope making(state_.turn, inputs);
  state_.end.system_error = std::move(why);
  state_.options.verify_replay = false;  // replay cannot lead to what comes from outside
  return end_turn();
}

turn execution::end_turn() {
  turn made = assemble_turn(code_);
  ended_ = made.ends.has_value();
  return made;
}

bool execution::can_take_from(const backlog& waiting) const {
  return state_.takes_messages() && state_.boxes.first_awaited_in(waiting) != nullptr;
}

std::vector<std::string> execution::awaited_queues() const {
  return state_.takes_messages() ? state_.boxes.awaited_queues() : std::vector<std::string>();
}

std::string execution::state_for_comparison() const { return state_as_text(state_); }

}  // namespace duroxide::internal
