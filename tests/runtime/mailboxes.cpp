// Who waits for which external event or queue message, and which wait receives what.
#include "runtime/mailboxes.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_mailboxes {

using namespace duroxide;
using internal::backlog;
using internal::mailboxes;

namespace {

// "12 <- a": wait 12 receives message a; nothing if none does.
std::string delivered(mailboxes& mail, const std::string& queue) {
  const auto received = mail.next_delivery(queue);
  return received ? std::to_string(received->wait) + " <- " + received->data : std::string();
}

std::string unseen(const mailboxes& mail) {
  std::string all;
  for (const queued_message& each : mail.unseen()) all += each.queue + ":" + each.data + " ";
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
  holding_wait(mailboxes& mail, const std::string& queue, std::uint64_t event_id) {
    mail.await_message(queue, event_id);
    const auto received = mail.next_delivery(queue);
    pending.event_id = event_id;
    pending.outcome = received->data;
    mail.hold(queue, *received, pending);
  }
  detail::pending_operation pending;
};

}  // namespace

LAW("an external event is for the oldest wait for its name, and for no other") {
  mailboxes mail;
  mail.await_event("paid", 5);
  mail.await_event("paid", 2);
  mail.await_event("shipped", 1);
  CHECK(mail.take_event_wait("paid") == 2);
  CHECK(mail.take_event_wait("paid") == 5);
  CHECK(mail.take_event_wait("paid") == std::nullopt);
}

LAW("a wait for an event that is cancelled receives nothing") {
  mailboxes mail;
  mail.await_event("paid", 2);
  mail.cancel_event_wait("paid", 2);
  CHECK(mail.take_event_wait("paid") == std::nullopt);
}

LAW("queue messages and waits meet in the order of both, whichever is there first") {
  mailboxes mail;
  mail.put("orders", "a");
  mail.put("orders", "b");
  CHECK(delivered(mail, "orders").empty());
  mail.await_message("orders", 3);
  mail.await_message("orders", 2);
  CHECK(delivered(mail, "orders") == "2 <- a");
  CHECK(delivered(mail, "orders") == "3 <- b");
  mail.await_message("orders", 4);
  CHECK(delivered(mail, "orders").empty());
  mail.put("orders", "c");
  CHECK(delivered(mail, "orders") == "4 <- c");
}

LAW("the queues that are awaited are those with a wait that is open") {
  mailboxes mail;
  mail.await_message("orders", 2);
  mail.await_message("orders", 3);
  mail.await_message("bills", 4);
  mail.cancel_message_wait("orders", 2);
  mail.cancel_message_wait("bills", 4);
  CHECK(mail.awaited_queues() == std::vector<std::string>{"orders"});
  CHECK(mail.is_awaited("orders"));
  CHECK_FALSE(mail.is_awaited("bills"));
}

LAW("of several awaited queues the backlog is asked for the one whose first message was sent first") {
  mailboxes mail;
  backlog waiting;
  waiting.push(queued(7, "orders"));
  waiting.push(queued(5, "bills"));
  waiting.push(queued(1, "others"));
  CHECK(mail.first_awaited_in(waiting) == nullptr);
  mail.await_message("orders", 2);
  mail.await_message("bills", 3);
  REQUIRE(mail.first_awaited_in(waiting) != nullptr);
  CHECK(*mail.first_awaited_in(waiting) == "bills");
  waiting.pop("bills");
  CHECK(*mail.first_awaited_in(waiting) == "orders");
}

LAW("a message whose wait was dropped before the code saw it goes back to its place") {
  mailboxes mail;
  for (const char* data : {"a", "b", "c"}) mail.put("orders", data);
  const holding_wait first(mail, "orders", 2);
  const holding_wait second(mail, "orders", 3);
  CHECK(mail.put_back(3) == "orders");
  CHECK(mail.put_back(2) == "orders");
  CHECK(mail.put_back(2) == std::nullopt);
  CHECK(unseen(mail) == "orders:a orders:b orders:c ");
  mail.await_message("orders", 4);
  CHECK(delivered(mail, "orders") == "4 <- a");
}

LAW("a message that the code has seen is not put back") {
  mailboxes mail;
  mail.put("orders", "a");
  const holding_wait wait(mail, "orders", 2);
  mail.set_seen(2);
  CHECK(mail.put_back(2) == std::nullopt);
  CHECK(unseen(mail).empty());
}

LAW("all that the code has not seen is given back in the order of arrival, over all queues") {
  mailboxes mail;
  mail.put("orders", "a");
  mail.put("bills", "b");
  mail.put("orders", "c");
  const holding_wait wait(mail, "orders", 2);
  CHECK(unseen(mail) == "orders:a bills:b orders:c ");
  CHECK(mail.text() == " 1 in queue 'bills'; 1 in queue 'orders';");
}

}  // namespace laws_of_mailboxes
