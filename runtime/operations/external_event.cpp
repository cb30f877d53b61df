// A wait for an external event, and the event.
#include "runtime/operations/kinds.hpp"

namespace duroxide::internal {

namespace {

std::optional<mailboxes::delivery> listen_for_event(mailboxes& boxes, const std::string& name,
                                                    std::uint64_t wait) {
  return boxes.await_event(name, wait);
}

}  // namespace

const operation_type kinds::external_wait{
    .scheduled = event_kind::external_subscribed,
    .completed = event_kind::external_raised,
    .failed = event_kind::external_raised,
    .listen = listen_for_event,
    .stop_listening = [](mailboxes& boxes, const std::string& name,
                         std::uint64_t wait) { boxes.cancel_event_wait(name, wait); },
};

const event_rules kinds::external_subscribed{
    .matches = has_same_name,
    .role = event_role::start,
    .operation = &kinds::external_wait,
};

const event_rules kinds::external_raised{
    .role = event_role::external_event,
};

}  // namespace duroxide::internal
