// Queues: their messages lie in the inbox, and are read from the front.
#include "duroxide/limits.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <sstream>

namespace laws_of_queues_in_stores {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

message queued(const std::string& queue, const std::string& data) {
  message content = event_for("a", queue);
  content.kind = message_kind::enqueued;
  content.data = data;
  return content;
}

queue_page front_of(const live_store& store, const std::string& queue, std::size_t limit = 100) {
  return store->fetch_queue("a", life_of(*store, "a"), queue, limit).value();
}

// The payloads of a page, and "..." if there is more.
std::string outline(const queue_page& page) {
  std::string text;
  for (const message& each : page.messages) text += (text.empty() ? "" : " ") + each.data;
  return text + (page.more ? " ..." : "");
}

// Execution n of "a" ends after its first event, and gives these back.
turn_commit continuing(std::uint64_t execution, std::vector<queued_message> given_back) {
  turn_commit turn = turn_of("a", execution == 1 ? 3 : 1);
  turn.execution = execution;
  turn.history.at(0).execution = execution;
  turn.ends = execution_end{execution, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  turn.begins = execution_begin{execution + 1, "\"next\"", first_tenure};
  turn.given_back = std::move(given_back);
  return turn;
}

}  // namespace

STORE_LAW("a queue is read from the front, page by page, apart from other queues and events") {
  store.create("a");
  store.create("b");
  std::vector<std::uint64_t> ids;
  for (const char* data : {"1", "2", "3"}) {
    ids.push_back(store.post(queued("orders", data)));
    store.post(queued("returns", "other"));
    store.post(event_for("a", "orders"));
    message of_another = queued("orders", "of another");
    of_another.instance = "b";
    store.post(of_another);
  }
  CHECK(outline(front_of(store, "orders")) == "1 2 3");
  CHECK(outline(front_of(store, "nothing")).empty());
  CHECK(store->fetch_queue("a", life_of(*store, "a") + 100, "orders", 10).value().messages.empty());

  const queue_page first = front_of(store, "orders", 2);
  CHECK(outline(first) == "1 2 ...");
  CHECK(first.messages.at(0).id == ids.at(0));
  CHECK(first.messages.at(0).kind == message_kind::enqueued);
  CHECK(first.messages.at(0).instance == "a");
  CHECK(first.messages.at(0).name == "orders");
  CHECK(first.messages.at(0).life == life_of(*store, "a"));

  turn_commit taking = turn_of("a", 3);
  taking.consumed = {ids.at(0), ids.at(1)};
  CHECK(store.commit(taking).outcome == turn_outcome::committed);
  CHECK(outline(front_of(store, "orders", 2)) == "3");
  taking = turn_of("a", 4);
  taking.consumed = {ids.at(1)};
  CHECK(store.commit(taking).outcome == turn_outcome::stale);
}

STORE_LAW("a page has no more bytes than a batch, and at least one message") {
  store.create("a");
  for (int i = 0; i < 5; ++i) store.post(queued("orders", std::string(limits::batch_bytes / 3 + 1, 'x')));
  const queue_page page = front_of(store, "orders");
  CHECK(page.messages.size() == 2);
  CHECK(page.more);
  store.post(queued("large", std::string(limits::batch_bytes + 1, 'x')));
  CHECK(front_of(store, "large").messages.size() == 1);
}

STORE_LAW("an inbox is loaded as far as a batch has bytes, and what is behind comes page by page, in order") {
  store.create("a");
  const std::uint64_t life = life_of(*store, "a");
  for (const auto* name : {"one", "two", "three", "four", "five"}) {
    message large = event_for("a", name);
    const bool is_small = std::string_view(name) == "five";
    large.data = std::string(is_small ? 1 : limits::batch_bytes / 2, 'x');
    store.post(large);
    store.post(queued("orders", "1"));
  }
  const auto loaded = store->load("a").value().value();
  CHECK(conformance::outline(loaded.inbox) == "one two");
  CHECK(loaded.more_in_inbox);
  queue_page page = store->fetch_inbox("a", life, loaded.inbox.back().id).value();
  CHECK(conformance::outline(page.messages) == "three four");
  CHECK(page.more);
  const std::uint64_t last = page.messages.back().id;
  page = store->fetch_inbox("a", life, last).value();
  CHECK(conformance::outline(page.messages) == "five");
  CHECK_FALSE(page.more);
  CHECK(store->fetch_inbox("a", life, page.messages.back().id).value().messages.empty());
  CHECK(store->fetch_inbox("a", life + 100, 0).value().messages.empty());
  CHECK(store->fetch_inbox("nobody", life, 0).value().messages.empty());
}

STORE_LAW("what waits in queues is not loaded, but what else waits is") {
  store.create("a");
  store.post(queued("orders", "1"));
  store.post(event_for("a", "raised"));
  message timer = timer_for("a", 2, moment(5));
  turn_commit turn = turn_of("a", 3);
  turn.messages = {{timer}};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  const auto inbox = store->load("a").value()->inbox;
  REQUIRE(inbox.size() == 2);
  CHECK(inbox[0].name == "raised");
  CHECK(inbox[1].kind == message_kind::timer_due);
}

STORE_LAW(
    "what an execution gives back is before all that waits, and what the next one gives back before that") {
  store.create("a");
  store.post(queued("orders", "5"));
  CHECK(store.commit(continuing(1, {{"orders", "3"}, {"returns", "9"}, {"orders", "4"}})).outcome ==
        turn_outcome::committed);
  CHECK(outline(front_of(store, "orders")) == "3 4 5");
  store.post(queued("orders", "6"));
  CHECK(store.commit(continuing(2, {{"orders", "1"}, {"orders", "2"}})).outcome == turn_outcome::committed);
  const queue_page page = front_of(store, "orders");
  CHECK(outline(page) == "1 2 3 4 5 6");
  CHECK(outline(front_of(store, "returns")) == "9");

  turn_commit taking = turn_of("a", 1);
  taking.execution = 3;
  taking.history.at(0).execution = 3;
  for (const message& each : page.messages) taking.consumed.push_back(each.id);
  CHECK(store.commit(taking).outcome == turn_outcome::committed);
  CHECK(outline(front_of(store, "orders")).empty());
}

STORE_LAW("an exported queue has the same order where it is read in") {
  store.create("a");
  store.post(queued("orders", "3"));
  store.commit(continuing(1, {{"orders", "2"}}));
  store.commit(continuing(2, {{"orders", "1"}}));
  std::stringstream file;
  store->administration().write_to(file, {}).value();
  CHECK(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  store->administration().read_from(file, {}).value();
  CHECK(outline(front_of(store, "orders")) == "1 2 3");
}

STORE_LAW("an instance with a history of format 1 is loaded with its queues, until it continues as new") {
  store.create("a");
  store.post(queued("orders", "1"));
  store.post(event_for("a", "raised"));
  std::stringstream file;
  store->administration().write_to(file, {}).value();
  std::string text = file.str();
  const std::string newest = "\"history_format\":" + std::to_string(limits::history_format);
  REQUIRE(text.find(newest) != std::string::npos);
  text.replace(text.find(newest), newest.size(), "\"history_format\":1");
  CHECK(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  std::stringstream older(text);
  store->administration().read_from(older, {}).value();

  auto loaded = store->load("a").value().value();
  CHECK(loaded.history_format == 1);
  CHECK(conformance::outline(loaded.inbox) == "orders raised");
  turn_commit turn = continuing(1, {{"orders", "0"}});
  turn.update.history_format = limits::history_format;
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  loaded = store->load("a").value().value();
  CHECK(loaded.history_format == limits::history_format);
  CHECK(std::ranges::count(loaded.inbox, message_kind::enqueued, &message::kind) == 0);
  CHECK(outline(front_of(store, "orders")) == "0 1");
}

}  // namespace laws_of_queues_in_stores
