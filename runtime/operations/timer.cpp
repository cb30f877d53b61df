// A timer. The code may compute another delay on replay: the recorded one counts.
#include "runtime/execution_state.hpp"
#include "runtime/operations/kinds.hpp"

namespace duroxide::internal {

namespace {

void fill_due(history_event& scheduled, const detail::operation& request, execution_state& state) {
  if (request.due)
    scheduled.due = request.due;
  else if (const turn_inputs* inputs = state.turn.inputs(); inputs && request.delay)
    scheduled.due = inputs->now + *request.delay;
}

void withdraw_timer(turn& made, std::uint64_t event_id) {
  std::erase_if(made.timers, [&](const created_timer& each) { return each.event_id == event_id; });
}

void stop_timer(turn& made, std::uint64_t event_id) { made.cancelled_timers.push_back(event_id); }

}  // namespace

const operation_type kinds::timer{
    .scheduled = event_kind::timer_created,
    .completed = event_kind::timer_fired,
    .failed = event_kind::timer_fired,
    .fill = fill_due,
    .start =
        [](turn& made, const history_event& scheduled) {
          made.timers.push_back({scheduled.id, *scheduled.due});
        },
    .withdraw = withdraw_timer,
    .stop = [](turn& made, std::uint64_t event_id, const std::string&) { stop_timer(made, event_id); },
    .stop_answered = stop_timer,
};

const event_rules kinds::timer_created{
    .role = event_role::start,
    .operation = &kinds::timer,
};

const event_rules kinds::timer_fired = outcome_of(kinds::timer);

}  // namespace duroxide::internal
