// A command to a durable actor, whose answer the code awaits.
#include "runtime/execution_state.hpp"
#include "runtime/operations/kinds.hpp"
#include "runtime/row_bytes.hpp"

namespace duroxide::internal {

namespace {

constexpr std::string_view command_input = "the input of command";

void fill_receiver(history_event& sent, const detail::operation& request, execution_state&) {
  sent.instance = request.instance;
}

}  // namespace

// Once the turn is committed the actor will apply it: there is nothing to stop.
const operation_type kinds::command{
    .scheduled = event_kind::command_sent,
    .completed = event_kind::command_answered,
    .failed = event_kind::command_failed,
    .input_of = command_input,
    .fill = fill_receiver,
    .start = [](turn& made, const history_event& sent) { made.commands.push_back(sent.id); },
    .withdraw = [](turn& made, std::uint64_t event_id) { std::erase(made.commands, event_id); },
};

const event_rules kinds::command_sent{
    .matches =
        [](const history_event& recorded, const history_event& asked) {
          return recorded.name == asked.name && recorded.instance == asked.instance;
        },
    .payload = command_input,
    .row_bytes = row_with_payload,
    .role = event_role::start,
    .operation = &kinds::command,
};

const event_rules kinds::command_answered = outcome_of(kinds::command);
const event_rules kinds::command_failed = outcome_of(kinds::command);

}  // namespace duroxide::internal
