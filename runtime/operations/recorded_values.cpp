// What the code writes and draws at once: custom status, key-value store, labels, time and randomness.
#include "runtime/operations/kinds.hpp"
#include "runtime/row_bytes.hpp"

namespace duroxide::internal {

const event_rules kinds::custom_status_updated{.row_bytes = row_of_text};

const event_rules kinds::kv_set{
    .matches = has_same_name,
    .payload = "the value of key",
    .row_bytes = row_with_payload,
};

const event_rules kinds::kv_cleared{.matches = has_same_name};

const event_rules kinds::label_set{
    .matches =
        [](const history_event& recorded, const history_event& asked) {
          return recorded.name == asked.name && recorded.data == asked.data && recorded.text == asked.text;
        },
    .row_bytes = row_with_payload,
};

const event_rules kinds::label_cleared{.matches = has_same_name};

// Time, randomness, and what has no members: of the right kind is right.
const event_rules kinds::recorded_value{};

}  // namespace duroxide::internal
