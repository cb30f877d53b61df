// Who waits for which external event or queue message, and which wait receives what.
#include "runtime/mailboxes.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_mailboxes {

using namespace duroxide;
using internal::backlog;
using internal::mailboxes;

namespace {

// "12 <- a": wait 12 receives message a; nothing if none does.
std::string delivered(mailboxes& boxes, const std::string& queue) {
  const auto received = boxes.next_delivery(queue);
  return received ? std::to_string(received->wait) + " <- " + received->data : std::string();
}

std::string unseen(const mailboxes& boxes) {
  std::string all;
  for (const queued_message& each : boxes.unseen()) all += each.queue + ":" + each.data + " ";
  return all;
}

message queued(std::uint64_t id, const std::string& queue) {
  message made;
  made.kind = message_kind::enqueued;
  made.id = id;
  made.name = queue;
  return made;
}

// A wait that has received the first message of its queue, whose data the code has not seen.
struct holding_wait {
  holding_wait(mailboxes& boxes, const std::string& queue, std::uint64_t event_id) {
    boxes.await_message(queue, event_id);
    const auto received = boxes.next_delivery(queue);
    pending.event_id = event_id;
    pending.outcome = received->data;
    boxes.hold(queue, *received, pending);
  }
  detail::pending_operation pending;
};

}  // namespace

LAW("an external event is for the oldest wait for its name, and for no other") {
  mailboxes boxes;
  boxes.await_event("paid", 5);
  boxes.await_event("paid", 2);
  boxes.await_event("shipped", 1);
  CHECK(boxes.take_event_wait("paid") == 2);
  CHECK(boxes.take_event_wait("paid") == 5);
  CHECK(boxes.take_event_wait("paid") == std::nullopt);
}

LAW("a wait for an event that is cancelled receives nothing") {
  mailboxes boxes;
  boxes.await_event("paid", 2);
  boxes.cancel_event_wait("paid", 2);
  CHECK(boxes.take_event_wait("paid") == std::nullopt);
}

LAW("queue messages and waits meet in the order of both, whichever is there first") {
  mailboxes boxes;
  boxes.put("orders", "a");
  boxes.put("orders", "b");
  CHECK(delivered(boxes, "orders").empty());
  boxes.await_message("orders", 3);
  boxes.await_message("orders", 2);
  CHECK(delivered(boxes, "orders") == "2 <- a");
  CHECK(delivered(boxes, "orders") == "3 <- b");
  boxes.await_message("orders", 4);
  CHECK(delivered(boxes, "orders").empty());
  boxes.put("orders", "c");
  CHECK(delivered(boxes, "orders") == "4 <- c");
}

LAW("the queues that are awaited are those with a wait that is open") {
  mailboxes boxes;
  boxes.await_message("orders", 2);
  boxes.await_message("orders", 3);
  boxes.await_message("bills", 4);
  boxes.cancel_message_wait("orders", 2);
  boxes.cancel_message_wait("bills", 4);
  CHECK(boxes.awaited_queues() == std::vector<std::string>{"orders"});
  CHECK(boxes.is_awaited("orders"));
  CHECK_FALSE(boxes.is_awaited("bills"));
}

LAW("of several awaited queues the backlog is asked for the one whose first message was sent first") {
  mailboxes boxes;
  backlog waiting;
  waiting.push(queued(7, "orders"));
  waiting.push(queued(5, "bills"));
  waiting.push(queued(1, "others"));
  CHECK(boxes.first_awaited_in(waiting) == nullptr);
  boxes.await_message("orders", 2);
  boxes.await_message("bills", 3);
  REQUIRE(boxes.first_awaited_in(waiting) != nullptr);
  CHECK(*boxes.first_awaited_in(waiting) == "bills");
  waiting.pop("bills");
  CHECK(*boxes.first_awaited_in(waiting) == "orders");
}

LAW("a message whose wait was dropped before the code saw it goes back to its place") {
  mailboxes boxes;
  for (const char* data : {"a", "b", "c"}) boxes.put("orders", data);
  const holding_wait first(boxes, "orders", 2);
  const holding_wait second(boxes, "orders", 3);
  CHECK(boxes.put_back(3) == "orders");
  CHECK(boxes.put_back(2) == "orders");
  CHECK(boxes.put_back(2) == std::nullopt);
  CHECK(unseen(boxes) == "orders:a orders:b orders:c ");
  boxes.await_message("orders", 4);
  CHECK(delivered(boxes, "orders") == "4 <- a");
}

LAW("a message that the code has seen is not put back") {
  mailboxes boxes;
  boxes.put("orders", "a");
  const holding_wait wait(boxes, "orders", 2);
  boxes.set_seen(2);
  CHECK(boxes.put_back(2) == std::nullopt);
  CHECK(unseen(boxes).empty());
}

LAW("all that the code has not seen is given back in the order of arrival, over all queues") {
  mailboxes boxes;
  boxes.put("orders", "a");
  boxes.put("bills", "b");
  boxes.put("orders", "c");
  const holding_wait wait(boxes, "orders", 2);
  CHECK(unseen(boxes) == "orders:a bills:b orders:c ");
  CHECK(boxes.text() == " 1 in queue 'bills'; 1 in queue 'orders';");
}

}  // namespace laws_of_mailboxes
