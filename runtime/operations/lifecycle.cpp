// How an execution begins and ends, and what a history says for its readers only.
#include "runtime/operations/kinds.hpp"
#include "runtime/row_bytes.hpp"

namespace duroxide::internal {

const event_rules kinds::orchestration_started{.row_bytes = row_with_payload};

const event_rules kinds::orchestration_completed{.row_bytes = rows_of_outcome};

const event_rules kinds::orchestration_failed{
    .row_bytes = rows_of_outcome,
};

const event_rules kinds::orchestration_cancelled{.row_bytes = rows_of_outcome};

const event_rules kinds::orchestration_continued_as_new{.row_bytes = rows_of_next_execution};

const event_rules kinds::cancel_requested{.role = event_role::cancellation};

const event_rules kinds::operation_dropped{};

const event_rules kinds::orchestration_rewound{};

}  // namespace duroxide::internal
