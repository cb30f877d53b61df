// Shards on their way from one living node to another: nothing of them is lost, and nothing is done twice. A
// store with one owner for all shards never asks anybody to give some up, and these laws have nothing to try
// on it.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_balance {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

std::vector<std::uint32_t> shards_of(const std::vector<owned_shard>& owned) {
  std::vector<std::uint32_t> shards;
  for (const owned_shard& each : owned) shards.push_back(each.shard);
  return shards;
}

bool has_many_owners(const live_store& store, const other_node&) {
  return store->heartbeat(store.node()).value().surplus > 0;
}

std::uint32_t shard_in(const live_store& store, const std::string& instance) {
  return shard_of(instance, store.membership().shard_count);
}

// From the store's node to the other one, which has room for it.
void move(const live_store& store, const other_node& to, std::uint32_t shard) {
  store->release_shards(store.node(), {shard}).value();
  CHECK(shards_of(to->heartbeat(to.node()).value().gained) == std::vector{shard});
}

}  // namespace

STORE_LAW("an owner is told what it has beyond its share, and what it gives up goes to whoever has less") {
  const other_node second(store);
  if (!has_many_owners(store, second)) return;
  const std::size_t half = store.membership().shard_count / 2;
  CHECK(store->heartbeat(store.node()).value().surplus == half);
  CHECK(second->heartbeat(second.node()).value().gained.empty());
  std::vector<std::uint32_t> given_up = shards_of(store.membership().shards);
  given_up.resize(half);
  store->release_shards(store.node(), given_up).value();
  CHECK(store->heartbeat(store.node()).value().gained.empty());
  const auto gained = second->heartbeat(second.node()).value().gained;
  CHECK(shards_of(gained) == given_up);
  for (const owned_shard& each : gained) {
    CHECK(each.tenure != first_tenure);
    CHECK_FALSE(each.after_crash);
  }
  CHECK(store->heartbeat(store.node()).value().surplus == 0);
  // Once more: they are another node's.
  store->release_shards(store.node(), given_up).value();
  CHECK(second->heartbeat(second.node()).value().gained.empty());
}

STORE_LAW("a node that runs no orchestrations has no share") {
  const other_node worker(store, false);
  CHECK(store->heartbeat(store.node()).value().surplus == 0);
}

STORE_LAW("the shards of a dead owner are shared out, and known to come from one") {
  if (!store.store().is_shared()) return;
  other_node second(store);
  const other_node third(store);
  if (!has_many_owners(store, second)) return;
  store.crash();
  const auto mine = shards_of(store.membership().shards);
  const auto theirs = third->heartbeat(third.node()).value().gained;
  CHECK(mine.size() + theirs.size() <= store.membership().shard_count);
  for (const owned_shard& each : store.membership().shards) CHECK(each.after_crash);
  for (const owned_shard& each : theirs) CHECK(each.after_crash);
}

STORE_LAW("a shard of a dead owner is known to come from one when it is given up, too") {
  if (!store.store().is_shared()) return;
  other_node second(store);
  if (!has_many_owners(store, second)) return;
  store.crash();
  const auto mine = shards_of(store.membership().shards);
  REQUIRE(store->release_shards(store.node(), mine).has_value());
  const other_node next(store);
  REQUIRE_FALSE(next.membership().shards.empty());
  for (const owned_shard& each : next.membership().shards) CHECK(each.after_crash);
}

STORE_LAW("a shard of a dead owner is known to come from one when the next owner says so as it leaves") {
  if (!store.store().is_shared()) return;
  for (const bool says_so : {true, false}) {
    store.crash();
    const auto mine = shards_of(store.membership().shards);
    const other_node next(store);
    const auto told = [&](const std::vector<owned_shard>& taken) {
      return std::ranges::count_if(taken, &owned_shard::after_crash);
    };
    REQUIRE(store->leave(store.node(), says_so ? mine : std::vector<std::uint32_t>()).has_value());
    const auto gained = next->heartbeat(next.node()).value().gained;
    const auto taken = told(next.membership().shards) + told(gained);
    CHECK(taken == (says_so ? static_cast<std::ptrdiff_t>(mine.size()) : 0));
    next->leave(next.node()).value();
    store.restart();
  }
}

STORE_LAW("what an owner had in memory comes to the next one, and again to the first if the shard comes "
          "back") {
  auto second = std::make_unique<other_node>(store);
  if (!has_many_owners(store, *second)) return;
  store.create("a");
  const std::uint32_t shard = shard_in(store, "a");
  std::string position = store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().position;
  turn_commit turn = turn_of("a", 3);
  turn.messages.push_back({event_for("a", "own"), first_tenure});
  store.commit(turn);
  const auto undelivered = [&](const std::vector<std::uint32_t>& gained) {
    undelivered_page page = store->fetch_undelivered(store.node(), position, end_of_time, 10, gained).value();
    position = page.position;
    return outline(page.messages);
  };
  CHECK(undelivered({}) == "");
  move(store, *second, shard);
  store->post(event_for("a", "later")).value();
  CHECK(undelivered({}) == "");
  CHECK(outline((*second)->fetch_undelivered(second->node(), "", end_of_time, 10, {}).value().messages) ==
        "own later");
  (*second)->leave(second->node()).value();
  CHECK(shards_of(store->heartbeat(store.node()).value().gained) == std::vector{shard});
  CHECK(undelivered({shard}) == "own later");
  CHECK(undelivered({}) == "");
}

STORE_LAW(
    "activities of a shard that moves stay with the node that holds them, and their outcomes are accepted") {
  const other_node second(store);
  if (!has_many_owners(store, second)) return;
  store.commit(scheduling({activity_of("a", 1), activity_of("a", 2)}));
  move(store, second, shard_in(store, "a"));
  CHECK(second->fetch_activities(second.node(), all_shards, std::nullopt, 10).value().empty());
  CHECK(second->claim_activities(second.node(), claim_at(0)).value().empty());
  commit_batch batch;
  batch.outcomes.push_back(outcome_of({"a", 1, 1}, "1"));
  CHECK(store.commit(batch).outcomes.at(0) != 0);
  CHECK(outline(store->lost_activities(store.node(), {{"a", 1, 1}, {"a", 1, 2}}).value()) == "a1");
  // Whoever leaves sets free what it has.
  store->leave(store.node()).value();
  CHECK(outline(second->claim_activities(second.node(), claim_at(0)).value()) == "a2");
}

}  // namespace laws_of_balance
