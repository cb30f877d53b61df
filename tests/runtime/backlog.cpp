// What of an instance's queues is in memory, and what is left to the store.
#include "runtime/backlog.hpp"

#include "duroxide/limits.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_backlog {

using namespace duroxide;
using internal::backlog;

namespace {

message numbered(std::uint64_t id, std::size_t bytes = 1, const std::string& queue = "orders") {
  message made;
  made.kind = message_kind::enqueued;
  made.id = id;
  made.name = queue;
  made.data = std::string(bytes, 'x');
  return made;
}

queue_page page_of(std::initializer_list<std::uint64_t> ids, bool more) {
  queue_page page;
  for (const std::uint64_t id : ids) page.messages.push_back(numbered(id));
  page.more = more;
  return page;
}

// The ids of all that is in memory of the queue, which are taken.
std::string taken(backlog& from, const std::string& queue = "orders") {
  std::string ids;
  while (from.front(queue) != nullptr) ids += (ids.empty() ? "" : " ") + std::to_string(from.pop(queue).id);
  return ids;
}

}  // namespace

LAW("the queues of an instance that was just created are whole: nothing is asked for") {
  backlog queues;
  CHECK_FALSE(queues.lacks("orders"));
  queues.push(numbered(1));
  queues.push(numbered(2));
  CHECK(taken(queues) == "1 2");
  CHECK_FALSE(queues.lacks("orders"));
}

LAW("of an instance that was loaded, a queue is asked for once, and is whole when a page has all of it") {
  backlog queues(backlog::origin::stored);
  CHECK(queues.lacks("orders"));
  const std::uint64_t question = queues.ask("orders");
  CHECK(queues.is_asked());
  CHECK_FALSE(queues.lacks("orders"));
  queues.answer("orders", question, page_of({3, 5}, false));
  CHECK_FALSE(queues.is_asked());
  queues.push(numbered(7));
  CHECK(taken(queues) == "3 5 7");
  CHECK_FALSE(queues.lacks("orders"));
}

LAW("what comes to a queue that is not whole is left to the store, and comes with a later page, once") {
  backlog queues(backlog::origin::stored);
  queues.push(numbered(1));
  CHECK(queues.front("orders") == nullptr);
  queues.answer("orders", queues.ask("orders"), page_of({1, 2}, true));
  queues.push(numbered(2));  // which the page has brought
  queues.push(numbered(3));
  CHECK(taken(queues) == "1 2");
  CHECK(queues.lacks("orders"));
  queues.answer("orders", queues.ask("orders"), page_of({3}, false));
  CHECK(taken(queues) == "3");
}

LAW("what comes while a page is on its way is behind the page, or in it") {
  backlog queues(backlog::origin::stored);
  const std::uint64_t question = queues.ask("orders");
  queues.push(numbered(4));
  queues.push(numbered(6));
  queues.answer("orders", question, page_of({2, 4}, false));
  queues.push(numbered(2));
  CHECK(taken(queues) == "2 4 6");
  queues.push(numbered(8));
  CHECK(taken(queues) == "8");
}

LAW("a message that a page has brought, and that is taken, is not taken again when it comes as a new one") {
  backlog queues(backlog::origin::stored);
  queues.answer("orders", queues.ask("orders"), page_of({1}, false));
  CHECK(taken(queues) == "1");
  queues.push(numbered(1));
  CHECK(queues.front("orders") == nullptr);
}

LAW("a page that was asked for before the queue was written to is of no account") {
  backlog queues(backlog::origin::stored);
  const std::uint64_t before = queues.ask("orders");
  queues.forget("orders");
  CHECK_FALSE(queues.is_asked());
  const std::uint64_t after = queues.ask("orders");
  queues.answer("orders", before, page_of({5}, false));
  CHECK(queues.front("orders") == nullptr);
  queues.answer("orders", after, page_of({9, 5}, false));
  CHECK(taken(queues) == "9 5");
}

LAW("what is forgotten is asked for anew, and nothing of it is taken twice") {
  backlog queues;
  queues.push(numbered(1));
  queues.push(numbered(2));
  CHECK(queues.pop("orders").id == 1);
  queues.forget_all();
  CHECK(queues.size() == 0);
  CHECK(queues.lacks("orders"));
  queues.answer("orders", queues.ask("orders"), page_of({7, 2}, false));
  CHECK(taken(queues) == "7 2");
}

LAW("memory has its limit, in messages and in bytes, and at least one of each queue") {
  backlog many;
  for (std::uint64_t id = 1; id <= 100 * limits::queue_page; ++id) many.push(numbered(id));
  CHECK(many.size() < 10 * limits::queue_page);
  many.push(numbered(1'000'001, 1, "returns"));
  CHECK(taken(many, "returns") == "1000001");
  CHECK_FALSE(many.lacks("orders"));
  taken(many);
  CHECK(many.lacks("orders"));

  backlog large;
  for (std::uint64_t id = 1; id <= 100; ++id) large.push(numbered(id, limits::payload_bytes));
  CHECK(large.size() * limits::payload_bytes <= limits::batch_bytes);
  CHECK(large.size() > 0);
}

}  // namespace laws_of_backlog
