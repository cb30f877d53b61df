// An activity: a function that a worker runs.
#include "runtime/operations/kinds.hpp"
#include "runtime/row_bytes.hpp"

namespace duroxide::internal {

namespace {

constexpr std::string_view activity_input = "the input of activity";

void stop_activity(turn& made, std::uint64_t event_id) { made.cancelled_activities.push_back(event_id); }

}  // namespace

const operation_type kinds::activity{
    .scheduled = event_kind::activity_scheduled,
    .completed = event_kind::activity_completed,
    .failed = event_kind::activity_failed,
    .input_of = activity_input,
    .start = [](turn& made, const history_event& scheduled) { made.activities.push_back(scheduled.id); },
    .finish = [](turn& made, std::uint64_t event_id) { made.finished_activities.push_back(event_id); },
    .withdraw = [](turn& made, std::uint64_t event_id) { std::erase(made.activities, event_id); },
    .stop = [](turn& made, std::uint64_t event_id, const std::string&) { stop_activity(made, event_id); },
    .stop_answered = stop_activity,
};

const event_rules kinds::activity_scheduled{
    .matches =
        [](const history_event& recorded, const history_event& asked) {
          return recorded.name == asked.name && recorded.tag == asked.tag &&
                 recorded.session == asked.session;
        },
    .payload = activity_input,
    .row_bytes = row_with_payload,
    .role = event_role::start,
    .operation = &kinds::activity,
};

const event_rules kinds::activity_completed = outcome_of(kinds::activity);
const event_rules kinds::activity_failed = outcome_of(kinds::activity);

}  // namespace duroxide::internal
