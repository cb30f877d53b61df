// A wait for a message of a queue, and the message.
#include "runtime/operations/kinds.hpp"

namespace duroxide::internal {

namespace {

std::optional<mailboxes::delivery> listen_to_queue(mailboxes& boxes, const std::string& queue,
                                                   std::uint64_t wait) {
  boxes.await_message(queue, wait);
  return boxes.next_delivery(queue);
}

}  // namespace

const operation_type kinds::queue_wait{
    .scheduled = event_kind::queue_subscribed,
    .completed = event_kind::queue_message,
    .failed = event_kind::queue_message,
    .listen = listen_to_queue,
    .stop_listening = [](mailboxes& boxes, const std::string& queue,
                         std::uint64_t wait) { boxes.cancel_message_wait(queue, wait); },
};

const event_rules kinds::queue_subscribed{
    .matches = has_same_name,
    .role = event_role::start,
    .operation = &kinds::queue_wait,
};

const event_rules kinds::queue_message{
    .role = event_role::queue_message,
};

}  // namespace duroxide::internal
