// Another orchestration that the code starts: a child, whose outcome it learns, or a detached one.
#include "runtime/child_id.hpp"
#include "runtime/execution_state.hpp"
#include "runtime/operations/kinds.hpp"
#include "runtime/row_bytes.hpp"

namespace duroxide::internal {

namespace {

constexpr std::string_view orchestration_input = "the input of orchestration";

// A child that a build before the short form has named keeps its name.
std::string next_child_id(execution_state& state) {
  const execution_identity& parent = state.identity;
  const std::uint64_t event_id = state.history.next_id();
  std::string long_id = long_child_id(parent.instance, parent.execution, event_id);
  const history_event* recorded = state.history.is_replaying() ? state.history.next() : nullptr;
  return recorded && recorded->instance == long_id ? long_id : short_child_id(parent.instance, long_id);
}

void fill_instance(history_event& scheduled, const detail::operation& request, execution_state& state) {
  scheduled.instance = request.instance ? *request.instance : next_child_id(state);
  const bool may_record = !limits::records_queues_on_arrival(state.options.history_format);
  if (request.inherits_labels && may_record) scheduled.labels = state.values.all_labels();
}

constexpr event_rules detached_start{
    .matches =
        [](const history_event& recorded, const history_event& asked) {
          return recorded.name == asked.name && recorded.version == asked.version &&
                 recorded.instance == asked.instance;
        },
    .payload = orchestration_input,
    .row_bytes = rows_of_start,
};

}  // namespace

// A child whose outcome has arrived is not running, so there is nothing to stop.
const operation_type kinds::sub_orchestration{
    .scheduled = event_kind::sub_orchestration_scheduled,
    .completed = event_kind::sub_orchestration_completed,
    .failed = event_kind::sub_orchestration_failed,
    .input_of = orchestration_input,
    .fill = fill_instance,
    .start =
        [](turn& made, const history_event& scheduled) {
          made.children.push_back(scheduled.id);
          made.records_labels = made.records_labels || !scheduled.labels.empty();
        },
    .withdraw = [](turn& made, std::uint64_t event_id) { std::erase(made.children, event_id); },
    .stop = [](turn& made, std::uint64_t,
               const std::string& instance) { made.cancelled_children.push_back(instance); },
};

constinit const event_rules kinds::sub_orchestration_scheduled = [] {
  event_rules rules = detached_start;
  rules.role = event_role::start;
  rules.operation = &kinds::sub_orchestration;
  return rules;
}();

const event_rules kinds::sub_orchestration_completed = outcome_of(kinds::sub_orchestration);
const event_rules kinds::sub_orchestration_failed = outcome_of(kinds::sub_orchestration);

const event_rules kinds::orchestration_detached = detached_start;

}  // namespace duroxide::internal
