#include "runtime/turn_builder.hpp"

#include "runtime/operations/event_rules.hpp"
#include "runtime/stored_bytes.hpp"

namespace duroxide::internal {

// An execution that has just begun has event 1 already, which is recorded with its first turn.
turn_builder::input_scope::input_scope(turn_builder& builder, const turn_inputs& inputs) : builder_(builder) {
  builder_.inputs_ = &inputs;
  auto& events = builder_.content().events;
  if (!events.empty()) events.front().recorded_at = inputs.now;
}

turn& turn_builder::content() {
  if (!content_) content_ = std::make_unique<turn>();
  return *content_;
}

turn turn_builder::take(std::uint64_t next_first_id) {
  turn made = std::move(content());
  content_.reset();
  first_id_ = next_first_id;
  bytes_ = 0;
  bytes_before_response_ = 0;
  return made;
}

const history_event& turn_builder::append(history_event&& event) {
  event.build = options_.build_id;
  if (inputs_) event.recorded_at = inputs_->now;
  bytes_ += stored_bytes(event);
  return content().events.emplace_back(std::move(event));
}

void turn_builder::cancel_effect(std::uint64_t event_id, const open_operation& dropped) {
  const operation_type& type = *dropped.type;
  if (type.is_wait()) return;
  if (has(event_id))
    type.withdraw(content(), event_id);
  else if (type.stop)
    type.stop(content(), event_id, dropped.instance);
}

bool turn_builder::has_room() const noexcept { return bytes_ < limits::batch_bytes && !exceeds_limit(); }

turn turn_builder::roll_back() {
  turn before = std::move(content());
  content_ = std::make_unique<turn>();
  if (!before.events.empty() && before.events.front().id == 1)
    content_->events.push_back(std::move(before.events.front()));
  content_->taken = before.taken;
  content_->consumed = before.consumed;
  content_->discarded = before.discarded;
  content_->unconsumed = before.unconsumed;
  content_->warnings = before.warnings;
  return before;
}

void turn_builder::take_back() {
  turn before = roll_back();
  turn& last = content();
  last.cancelled_activities = std::move(before.cancelled_activities);
  last.cancelled_timers = std::move(before.cancelled_timers);
  last.cancelled_children = std::move(before.cancelled_children);
  for (const history_event& event : before.events) {
    const event_rules& rules = rules_of(event.kind);
    if (rules.role != event_role::outcome || has(event.source)) continue;
    if (rules.operation->stop_answered) rules.operation->stop_answered(last, event.source);
  }
}

}  // namespace duroxide::internal
