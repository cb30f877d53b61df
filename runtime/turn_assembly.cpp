#include "runtime/turn_assembly.hpp"

#include "duroxide/detail/label_signal.hpp"
#include "duroxide/detail/shortened.hpp"
#include "runtime/endings.hpp"
#include "runtime/operations/event_rules.hpp"
#include "runtime/recorder.hpp"
#include "runtime/replay_verification.hpp"
#include "runtime/turn_limit.hpp"

#include <map>

namespace duroxide::internal {

namespace {

ending continued(execution_state& state) {
  const std::string& orchestration = state.identity.orchestration;
  if (refuse_payload(state, "the input of the next execution of", orchestration, state.end.next->input.text))
    return ended_as_failed(*state.end.refused);
  ending how;
  how.status = runtime_status::continued_as_new;
  how.output = state.end.next->input.text;
  how.version = state.end.next->version;
  how.given_back = state.boxes.unseen();
  how.kv = state.values.entries();
  how.labels = state.values.all_labels();
  return how;
}

ending finished(orchestration_engine& code) {
  execution_state& state = code.state();
  const std::string& orchestration = state.identity.orchestration;
  ending how;
  try {
    how.output = code.take_output();
  } catch (...) {
    return ended_as_failed(details_of_current_exception(error_kind::orchestration_failed, orchestration));
  }
  if (refuse_payload(state, "the output of orchestration", orchestration, how.output))
    return ended_as_failed(*state.end.refused);
  return how;
}

// Operations that a history has started and not heard of again, by event id.
std::map<std::uint64_t, const history_event*>
unfinished_operations(const std::vector<history_event>& history) {
  std::map<std::uint64_t, const history_event*> unfinished;
  for (const history_event& event : history) {
    if (rules_of(event.kind).role == event_role::start) unfinished.emplace(event.id, &event);
    if (event.source != 0) unfinished.erase(event.source);
  }
  return unfinished;
}

// After a mismatch the code has not come through its history, or not in the way that is kept. So the history
// says what is running, and not what the code has open.
void cancel_unfinished(execution_state& state) {
  for (const auto& [event_id, scheduled] : unfinished_operations(state.history.recorded())) {
    const operation_type* type = rules_of(scheduled->kind).operation;
    state.turn.cancel_effect(event_id, {type, {}, scheduled->instance.value_or(std::string()), nullptr});
  }
}

void cancel_open_operations(execution_state& state) {
  if (state.history.mismatch()) {
    cancel_unfinished(state);
  } else {
    for (const auto& [event_id, operation] : state.open) state.turn.cancel_effect(event_id, operation);
  }
  state.open.clear();
}

// What destructors ask for is a part of this last turn.
void close_code(orchestration_engine& code, ending& how) {
  execution_state& state = code.state();
  const std::size_t events = state.turn.content().events.size();
  code.close();
  if (how.status != runtime_status::continued_as_new || state.turn.content().events.size() == events) return;
  how.kv = state.values.entries();
  how.labels = state.values.all_labels();
}

// What only a next execution could use is discarded if there is none; but labels that came behind the end are kept.
void discard_unconsumed(execution_state& state) {
  turn& made = state.turn.content();
  for (const message& each : made.unconsumed) {
    made.discarded.push_back(each.id);
    const auto change =
        detail::is_label_signal(each) ? detail::label_change_from(each.data) : std::optional<label_change>();
    if (!change || !state.values.has_room_for(*change)) continue;
    state.values.apply(*change);
    made.labels_changed.insert(change->wanted.name);
  }
  made.unconsumed.clear();
}

void record_ending(execution_state& state, ending how) {
  if (how.error) how.error = detail::shortened(*std::move(how.error));
  cancel_open_operations(state);
  append(state, terminal_event(how));
  if (how.status != runtime_status::continued_as_new) discard_unconsumed(state);
  state.turn.content().ends = std::move(how);
}

void warn_of_long_history(execution_state& state) {
  const history_extent& history = state.history.extent();
  if (state.has_warned_of_length || !history.is_long()) return;
  state.has_warned_of_length = true;
  state.turn.content().warnings.push_back(
      "the history of execution " + std::to_string(state.identity.execution) + " has " +
      std::to_string(history.last_id) + " events and about " + std::to_string(history.bytes / 1024) +
      " KiB; continue as new, or every rebuild of the instance replays all of it");
}

// Limits are not replayed: they may change.
void verify(orchestration_engine& code, std::optional<ending>& how) {
  execution_state& state = code.state();
  if (!state.options.verify_replay || state.history.mismatch() || state.end.refused) return;
  auto difference = verify_replay(state, how);
  if (!difference) return;
  state.history.set_mismatch(*std::move(difference));
  state.turn.roll_back();
  state.history.return_to(state.turn.first_id() - 1 + state.turn.content().events.size());
  how = decide_ending(code);
}

}  // namespace

ending decide_ending(orchestration_engine& code) {
  execution_state& state = code.state();
  if (state.history.mismatch()) return ended_as_failed(*state.history.mismatch());
  if (state.end.system_error) return ended_as_failed(*state.end.system_error);
  if (state.end.refused) return ended_as_failed(*state.end.refused);
  if (state.end.cancel_reason)
    return ended_as_cancelled(*state.end.cancel_reason, state.identity.orchestration);
  if (state.end.next) return continued(state);
  return finished(code);
}

turn assemble_turn(orchestration_engine& code) {
  execution_state& state = code.state();
  std::optional<ending> how;
  if (state.turn.limit_passed_by().empty() && (state.code_is_done() || state.end.cancel_reason))
    how = decide_ending(code);
  if (auto too_large = enforce_turn_limit(state, how))
    how = ended_as_failed(*std::move(too_large));
  else
    verify(code, how);
  if (how) close_code(code, *how);
  state.turn.content().kv = state.values.changes_of(state.turn.content().kv_changed);
  warn_of_long_history(state);
  if (how) record_ending(state, *std::move(how));
  state.turn.content().labels = state.values.changes_of_labels(state.turn.content().labels_changed);
  if (state.options.verify_replay) state.history.keep(state.turn.content().events);
  return state.turn.take(state.history.extent().last_id + 1);
}

}  // namespace duroxide::internal
