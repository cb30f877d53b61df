// Who may write, and what a new owner finds (I3).
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_ownership {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("a node that has joined owns every shard that nobody owns") {
  const node_membership& mine = store.membership();
  CHECK(mine.node != 0);
  CHECK(mine.shards.size() == mine.shard_count);
}

STORE_LAW("a writer whose node has left is fenced and writes nothing") {
  store.create("a");
  const auto old = store->open_writer(store.node(), 1).value();
  store.restart();
  const auto before = store.seen("a");
  commit_batch batch = batch_of({turn_of("a", 3), first_turn("b")});
  batch.posts.push_back({event_for("a", "go")});
  const auto refused = old->commit(batch);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::fenced);
  CHECK(store.seen("a") == before);
  CHECK(store.seen("b") == "");
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
}

STORE_LAW("a node that leaves is fenced at once, before another one joins") {
  REQUIRE(store->leave(store.node()).has_value());
  const auto refused = store.writer().commit(batch_of({first_turn("a")}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::fenced);
  CHECK(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages.empty());
}

STORE_LAW("opening a lane again fences its writer before") {
  const auto again = store->open_writer(store.node(), 0).value();
  const auto refused = store.writer().commit(batch_of({first_turn("a")}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::fenced);
  CHECK(again->commit(batch_of({first_turn("a")})).has_value());
  CHECK(again->commit(batch_of({first_turn("b")})).has_value());
}

STORE_LAW("a node that has left, or never joined, gets no writer") {
  const std::uint64_t gone = store.node();
  store.restart();
  for (const std::uint64_t node : {gone, store.node() + 1000}) {
    const auto refused = store->open_writer(node, 0);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().certainty == commit_certainty::fenced);
  }
}

STORE_LAW("leaving twice is leaving once") {
  const std::uint64_t gone = store.node();
  store.restart();
  CHECK(store->leave(gone).has_value());
  CHECK(store.commit(first_turn("a")).outcome == turn_outcome::committed);
}

STORE_LAW("every node is a new one") {
  const std::uint64_t before = store.node();
  store.restart();
  CHECK(store.node() > before);
}

STORE_LAW("what an owner before had delivered counts as undelivered for the next one") {
  turn_commit turn = first_turn("a");
  turn.messages.push_back({event_for("a", "own"), first_tenure});
  store.commit(turn);
  CHECK(outline(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages) == "");
  store.restart();
  CHECK(outline(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages) == "own");
}

STORE_LAW("activities count the death of their owner, and not that it left in order") {
  turn_commit turn = first_turn("a");
  turn.activities.push_back(activity_of("a", 2));
  store.commit(turn);
  const auto crash_count = [&] {
    return store->fetch_activities(store.node(), all_shards, std::nullopt, 10).value().at(0).crash_count;
  };
  CHECK(crash_count() == 0);
  store.restart();
  CHECK(crash_count() == 0);
  if (!store.store().is_shared()) return;
  store.crash();
  CHECK(crash_count() == 1);
  store.crash();
  CHECK(crash_count() == 2);
  CHECK(store->load("a").value()->activities.at(0).crash_count == 2);
}

STORE_LAW("unfinished activities come in the order in which their instances began, page by page") {
  for (const auto* instance : {"b", "a", "c"}) {
    turn_commit turn = first_turn(instance);
    for (const std::uint64_t event_id : {2, 1}) turn.activities.push_back(activity_of(instance, event_id));
    store.commit(turn);
  }
  std::string seen;
  std::optional<activity_key> after;
  for (;;) {
    const auto page = store->fetch_activities(store.node(), all_shards, after, 2).value();
    if (page.empty()) break;
    for (const auto& each : page) seen += each.key.instance + std::to_string(each.key.event_id) + " ";
    seen += "| ";
    after = page.back().key;
  }
  CHECK(seen == "b1 b2 | a1 a2 | c1 c2 | ");
}

STORE_LAW(
    "a page of unfinished activities has no more bytes of inputs than a batch, and at least one of them") {
  for (const auto* instance : {"a", "b", "c", "d"}) {
    turn_commit turn = first_turn(instance);
    turn.activities.push_back(activity_of(instance, 1));
    turn.activities.back().input =
        std::string(*instance == 'd' ? limits::batch_bytes + 1 : limits::batch_bytes / 2 - 1, 'x');
    REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  }
  std::vector<std::string> pages;
  std::optional<activity_key> after;
  for (;;) {
    const auto page = store->fetch_activities(store.node(), all_shards, after, 100).value();
    if (page.empty()) break;
    pages.push_back(outline(page));
    after = page.back().key;
  }
  CHECK(pages == std::vector<std::string>{"a1 b1 c1", "d1"});
}

}  // namespace laws_of_ownership
