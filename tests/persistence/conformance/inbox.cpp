// Messages: which are accepted, and who gets which of them when.
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/grouped_numbers.hpp"

namespace laws_of_the_inbox {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("a post to an unknown instance, or to one that has ended, is refused") {
  store.create("a");
  store.create("b");
  store.commit(last_turn("b", 3));
  CHECK(store->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(store->post(event_for("b", "go")).value() == post_outcome::terminal);
  CHECK(store->post(event_for("nobody", "go")).value() == post_outcome::not_found);

  commit_batch batch;
  for (const auto* instance : {"a", "b", "nobody"}) batch.posts.push_back({event_for(instance, "go")});
  const auto receipts = store.commit(batch).posts;
  CHECK(receipts.at(0).outcome == post_outcome::accepted);
  CHECK(receipts.at(0).message_id != 0);
  CHECK(receipts.at(1).outcome == post_outcome::terminal);
  CHECK(receipts.at(2).outcome == post_outcome::not_found);
  CHECK(outline(store->load("a").value()->inbox) == "go go");
}

STORE_LAW("a turn's message to an unknown instance, or to one that has ended, is dropped") {
  store.create("b");
  store.commit(last_turn("b", 3));
  turn_commit turn = first_turn("a");
  turn.messages.push_back({event_for("b", "go"), first_tenure});
  turn.messages.push_back({event_for("nobody", "go"), first_tenure});
  turn.messages.push_back({event_for("a", "go"), first_tenure});
  const turn_receipt receipt = store.commit(turn);
  CHECK(receipt.outcome == turn_outcome::committed);
  CHECK(receipt.message_ids.at(0) == 0);
  CHECK(receipt.message_ids.at(1) == 0);
  CHECK(receipt.message_ids.at(2) != 0);
}

STORE_LAW("the inbox has what others sent, in order, and reading goes on where a page ended") {
  turn_commit turn = first_turn("a");
  turn.messages.push_back({event_for("a", "own"), first_tenure});
  turn.messages.push_back({event_for("a", "one"), false});
  store.commit(turn);
  CHECK(store->post(event_for("a", "two")).value() == post_outcome::accepted);
  CHECK(store->post(event_for("a", "three")).value() == post_outcome::accepted);

  const auto page_after = [&](const std::string& position) {
    return store->fetch_undelivered(store.node(), position, end_of_time, 2, {}).value();
  };
  const undelivered_page first = page_after("");
  CHECK(outline(first.messages) == "one two");
  CHECK(first.more);
  const undelivered_page second = page_after(first.position);
  CHECK(outline(second.messages) == "three");
  CHECK(page_after(second.position).messages.empty());
  CHECK(outline(page_after(first.position).messages) == "three");
  CHECK(outline(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages) ==
        "one two three");

  store->post(event_for("a", "four")).value();
  CHECK(outline(page_after(second.position).messages) == "four");
}

STORE_LAW("reading the inbox goes on where a page ended, however the program's locale writes numbers") {
  store.create("a");
  for (const auto* name : {"one", "two", "three"}) store.post(event_for("a", name));
  const auto page_after = [&](const std::string& position) {
    return store->fetch_undelivered(store.node(), position, end_of_time, 2, {}).value();
  };
  const std::string classic = page_after("").position;
  for (const char separator : {' ', '.', ',', '\''}) {
    std::string written;
    {
      const testing_support::grouped_numbers as_people_write(separator);
      written = page_after("").position;
      CHECK(outline(page_after(written).messages) == "three");
      CHECK(outline(page_after(classic).messages) == "three");
      CHECK(page_after(page_after(written).position).messages.empty());
    }
    CHECK(outline(page_after(written).messages) == "three");  // by a program that changes its locale
  }
}

STORE_LAW("a page of the inbox ends where it has the bytes that a page may have") {
  store.create("a");
  for (const auto* name : {"one", "two", "three", "four"}) {
    message large = event_for("a", name);
    large.data = std::string(std::string_view(name) == "four" ? 1 : limits::batch_bytes / 2 + 1, 'x');
    REQUIRE(store->post(large).value() == post_outcome::accepted);
  }
  std::string position;
  std::vector<std::string> pages;
  for (bool more = true; more;) {
    const undelivered_page page =
        store->fetch_undelivered(store.node(), position, end_of_time, 100, {}).value();
    position = page.position;
    more = page.more;
    pages.push_back(outline(page.messages));
  }
  CHECK(pages == std::vector<std::string>{"one two", "three four"});
}

STORE_LAW("a message that is not due yet is found when it is due, however often it was passed over") {
  store.create("a");
  const auto post_due = [&](const char* name, std::int64_t due) {
    message later = event_for("a", name);
    later.visible_at = moment(due);
    store.post(later);
  };
  const auto undelivered_until = [&](const std::string& position, std::int64_t until) {
    return store->fetch_undelivered(store.node(), position, moment(until), 2, {}).value();
  };
  post_due("now", 0);
  post_due("later", 500);
  post_due("soon", 200);
  post_due("soon too", 300);
  const undelivered_page first = undelivered_until("", 100);
  CHECK(outline(first.messages) == "now");
  const undelivered_page again = undelivered_until(first.position, 100);
  CHECK(outline(again.messages) == "");
  CHECK(outline(undelivered_until(again.position, 301).messages) == "soon soon too");
  CHECK(outline(undelivered_until(again.position, 301).messages) == "soon soon too");
  const undelivered_page second = undelivered_until(again.position, 600);
  CHECK(outline(second.messages) == "later soon");
  CHECK(second.more);
  CHECK(outline(undelivered_until(second.position, 600).messages) == "soon too");
  post_due("last", 550);
  std::vector<message> rest;
  undelivered_page page = second;
  while (page.more) {
    page = undelivered_until(page.position, 700);
    rest.insert(rest.end(), page.messages.begin(), page.messages.end());
  }
  page = undelivered_until(page.position, 700);  // what came after the pages had begun may need another look
  rest.insert(rest.end(), page.messages.begin(), page.messages.end());
  CHECK(outline(rest) == "soon too last");
}

STORE_LAW("what becomes due is found by its time, by whomever it was sent") {
  turn_commit turn = first_turn("a");
  turn.messages.push_back({timer_for("a", 30, moment(300)), first_tenure});
  turn.messages.push_back({timer_for("a", 10, moment(100)), first_tenure});
  turn.messages.push_back({timer_for("a", 20, moment(200)), false});
  store.commit(turn);
  const auto due = [&](std::int64_t from, std::int64_t until, std::size_t limit = 10) {
    return outline(store->fetch_due(store.node(), moment(from), moment(until), limit).value());
  };
  CHECK(due(0, 1000) == "10 20 30");
  CHECK(due(100, 300) == "10 20");
  CHECK(due(101, 301) == "20 30");
  CHECK(due(0, 1000, 2) == "10 20");
  CHECK(due(301, 1000) == "");
}

STORE_LAW("a node that owns nothing gets nothing") {
  turn_commit turn = first_turn("a");
  turn.activities.push_back(activity_of("a", 2));
  store.commit(turn);
  store.post(event_for("a", "go"));
  const std::uint64_t stranger = store.node() + 1000;
  CHECK(store->fetch_undelivered(stranger, "", end_of_time, 10, {}).value().messages.empty());
  CHECK(store->fetch_due(stranger, timestamp::min(), end_of_time, 10).value().empty());
  CHECK(store->fetch_activities(stranger, all_shards, std::nullopt, 10).value().empty());
}

STORE_LAW("a post in this process ends a wait for changes") {
  store.create("a");
  const auto watch = store->watch(watch_scope::others).value();
  CHECK(store->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(watch->wait(std::chrono::seconds(30)));
  CHECK(store->start(start_of("b")).value());
  CHECK(watch->wait(std::chrono::seconds(30)));
}

STORE_LAW("a wait for changes can be interrupted before it begins, and has an end") {
  const auto watch = store->watch(watch_scope::others).value();
  watch->interrupt();
  watch->wait(std::nullopt);
  watch->wait(duration(1));
}

}  // namespace laws_of_the_inbox
