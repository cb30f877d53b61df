#include "runtime/arrivals.hpp"

#include "duroxide/detail/label_signal.hpp"
#include "duroxide/detail/rewind_signal.hpp"
#include "runtime/event_matching.hpp"
#include "runtime/event_members.hpp"
#include "runtime/operations/event_rules.hpp"
#include "runtime/operations/operation_type.hpp"
#include "runtime/recorder.hpp"

namespace duroxide::internal {

namespace {

// In history format 1 queue messages are recorded when they arrive, later when a wait takes them.
bool records_on_arrival(const execution_state& state) {
  return limits::records_queues_on_arrival(state.options.history_format);
}

// -- events, live and on replay -----------------------------------------------

void set_mismatch(execution_state& state, const history_event& recorded, const std::string& difference) {
  if (!state.code_is_done())
    state.history.set_mismatch("the history has " + describe_recorded(recorded) + ", but the code does not " +
                               difference);
}

void apply_outcome(orchestration_engine& code, const operation_type& answered, const history_event& arrived) {
  execution_state& state = code.state();
  const open_operation* awaited = state.open.find(arrived.source);
  if (!awaited || awaited->type != &answered)  // never live: only answers are recorded
    return set_mismatch(state, arrived,
                        "wait for event " + std::to_string(arrived.source) + " to end like that");
  if (!arrived.error) return code.complete_operation(arrived.source, arrived.data);
  if (arrived.error->category == error_category::application)
    return code.complete_operation(arrived.source, *arrived.error);
  state.open.close(arrived.source);
  state.end.system_error = arrived.error;
}

// Of an event that sets a label; false if the event is another one.
bool apply_label(execution_state& state, const history_event& raised) {
  if (raised.name != detail::label_event) return false;
  auto change = detail::label_change_from(raised.data);
  if (!change) return false;
  const bool is_live = !state.history.is_replaying();
  if (!state.values.has_room_for(*change)) {
    if (is_live)
      state.turn.content().warnings.push_back(
          "label '" + change->wanted.name + "' is not set: the instance has " +
          std::to_string(limits::labels) + " labels already (limits::labels)");
    return true;
  }
  state.values.apply(*change);
  if (is_live) state.turn.content().labels_changed.insert(std::move(change->wanted.name));
  return true;
}

void apply_external_event(orchestration_engine& code, const history_event& raised) {
  execution_state& state = code.state();
  if (apply_label(state, raised)) return;
  if (const auto wait = state.boxes.take_event_wait(raised.name))
    code.complete_operation(*wait, raised.data);
  else if (raised.source != 0)
    state.boxes.keep_event(raised.name, raised.data);
  else if (!state.history.is_replaying())
    state.turn.content().warnings.push_back("event '" + raised.name +
                                            "' was raised while nobody waited for it; it is recorded "
                                            "and passed over");
}

void apply_queue_message(orchestration_engine& code, const history_event& received) {
  execution_state& state = code.state();
  if (!records_on_arrival(state) && !state.boxes.is_awaited(received.name))
    return set_mismatch(state, received, "wait for a message of that queue");
  state.boxes.put(received.name, received.data);
  code.deliver_from(received.name);
}

// -- messages, live -----------------------------------------------------------

// None if the operation that the message answers is not open.
std::optional<history_event> to_event(const execution_state& state, const message& arrived) {
  const operation_type* type = answered_by(arrived.kind);
  if (!type) return std::nullopt;
  if (!type->is_wait()) {
    const open_operation* answered = state.open.find(arrived.source);
    if (!answered || answered->type != type) return std::nullopt;
  }
  history_event event;
  event.kind = arrived.error ? type->failed : type->completed;
  event.source = arrived.source;
  if (type->is_wait()) event.name = arrived.name;
  event.data = arrived.data;
  event.error = arrived.error;
  if (missing_member(event)) return std::nullopt;  // nobody can have sent it
  return event;
}

void take_cancellation(execution_state& state, const message& cancel) {
  state.turn.content().consumed.push_back(cancel.id);
  history_event requested;
  requested.kind = event_kind::cancel_requested;
  requested.text = cancel.data;
  append(state, std::move(requested));
  state.end.cancel_reason = cancel.data;
}

void take_for_code(orchestration_engine& code, const message& arrived) {
  execution_state& state = code.state();
  turn& made = state.turn.content();
  auto event = state.code_is_done() ? std::nullopt : to_event(state, arrived);
  const bool has_effect = event || arrived.kind == message_kind::start;
  (has_effect ? made.consumed : made.discarded).push_back(arrived.id);
  if (!event) return;
  const auto finish = answered_by(arrived.kind)->finish;
  if (finish && arrived.name != detail::recorded_outcome) finish(made, arrived.source);
  const history_event recorded = append(state, *std::move(event));  // a copy: the code appends meanwhile
  apply(code, recorded);
}

void take_arrival(orchestration_engine& code, const message& arrived) {
  execution_state& state = code.state();
  state.turn.begin_response();
  const bool is_late = state.end.cancel_reason.has_value();  // it came behind a cancellation
  const bool is_for_any = arrived.execution == 0;
  if (is_late && detail::is_label_signal(arrived))
    state.turn.content().unconsumed.push_back(arrived);
  else if (is_late || (!is_for_any && arrived.execution != state.identity.execution))
    state.turn.content().discarded.push_back(arrived.id);
  else if (arrived.kind == message_kind::cancel)
    take_cancellation(state, arrived);
  else if (state.code_is_done() && is_for_any)
    state.turn.content().unconsumed.push_back(arrived);
  else
    take_for_code(code, arrived);
}

}  // namespace

void apply(orchestration_engine& code, const history_event& arrived) {
  const event_rules& rules = rules_of(arrived.kind);
  switch (rules.role) {
  case event_role::outcome: apply_outcome(code, *rules.operation, arrived); break;
  case event_role::external_event: apply_external_event(code, arrived); break;
  case event_role::queue_message: apply_queue_message(code, arrived); break;
  case event_role::cancellation: code.state().end.cancel_reason = arrived.text; break;
  case event_role::record:
  case event_role::start: break;
  }
  code.drain();
}

void take_message(orchestration_engine& code, const message& next, backlog& waiting) {
  ++code.state().turn.content().taken;
  if (next.kind == message_kind::enqueued && !records_on_arrival(code.state()))
    waiting.push(next);
  else
    take_arrival(code, next);
  take_from_backlog(code, waiting);
}

// One by one, as arrivals are; the rest is for the next turn.
void take_from_backlog(orchestration_engine& code, backlog& waiting) {
  execution_state& state = code.state();
  while (state.turn.has_room()) {
    const std::string* queue = state.takes_messages() ? state.boxes.first_awaited_in(waiting) : nullptr;
    if (queue == nullptr) return;
    state.turn.begin_response();
    message taken = waiting.pop(*queue);
    state.turn.content().consumed.push_back(taken.id);
    history_event received;
    received.kind = event_kind::queue_message;
    received.name = std::move(taken.name);
    received.data = std::move(taken.data);
    received = append(state, std::move(received));
    apply(code, received);
  }
}

}  // namespace duroxide::internal
