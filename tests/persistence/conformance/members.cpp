// Several nodes on one store: who owns the shards, and what becomes of those who die.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_members {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

bool is_fenced(store_writer& writer) {
  const auto written = writer.commit({});
  return !written.has_value() && written.error().certainty == commit_certainty::fenced;
}

}  // namespace

STORE_LAW("a second node is a member without shards, and may post") {
  store.create("a");
  const other_node second(store);
  CHECK(second.node() != store.node());
  CHECK(second.membership().shards.empty());
  CHECK(second.membership().shard_count == store.membership().shard_count);
  commit_batch batch;
  batch.posts.push_back({event_for("a", "go")});
  CHECK(second.writer().commit(batch).value().posts.at(0).outcome == post_outcome::accepted);
  CHECK(outline(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages) == "go");
  CHECK(second->fetch_undelivered(second.node(), "", end_of_time, 10, {}).value().messages.empty());
  CHECK(second->fetch_activities(second.node(), all_shards, std::nullopt, 10).value().empty());
}

STORE_LAW("members that live are left alone by those who join and heartbeat") {
  const other_node second(store);
  const other_node third(store);
  CHECK(store->heartbeat(store.node()).value().gained.empty());
  CHECK(second->heartbeat(second.node()).value().gained.empty());
  CHECK_FALSE(is_fenced(store.writer()));
  CHECK_FALSE(is_fenced(second.writer()));
  third->leave(third.node()).value();
  CHECK(is_fenced(third.writer()));
  CHECK(second->heartbeat(second.node()).value().gained.empty());
  CHECK_FALSE(is_fenced(store.writer()));
  CHECK_FALSE(is_fenced(second.writer()));
}

STORE_LAW("the shards of an owner that leaves go to the first who looks after them, with all that is there") {
  store.commit(scheduling({activity_of("a", 1)}));
  store.post(event_for("a", "go"));
  const other_node second(store);
  CHECK(second->fetch_undelivered(second.node(), "", end_of_time, 10, {}).value().messages.empty());
  store->leave(store.node()).value();
  CHECK(second->heartbeat(second.node()).value().gained.size() == second.membership().shard_count);
  CHECK(second->heartbeat(second.node()).value().gained.empty());
  CHECK(outline(second->fetch_undelivered(second.node(), "", end_of_time, 10, {}).value().messages) == "go");
  const auto activities = second->fetch_activities(second.node(), all_shards, std::nullopt, 10).value();
  CHECK(outline(activities) == "a1");
  CHECK(activities.at(0).crash_count == 0);
  CHECK(second->lost_activities(second.node(), {{"a", 1, 1}}).value().empty());
  CHECK(second.writer().commit(batch_of({turn_of("a", 3)})).value().turns.at(0).outcome ==
        turn_outcome::committed);
}

STORE_LAW("a node that runs no orchestrations never gets shards") {
  const other_node worker(store, false);
  store->leave(store.node()).value();
  CHECK(worker->heartbeat(worker.node()).value().gained.empty());
  const other_node second_worker(store, false);
  CHECK(second_worker.membership().shards.empty());
  const other_node owner(store);
  CHECK(owner.membership().shards.size() == owner.membership().shard_count);
}

STORE_LAW("what living members offer is known to all, and what the others offered is not offered any more") {
  CHECK_FALSE(store->is_offered("charge").value());
  const auto worker = store->join({"a worker", {}, {"charge", "a \"b\""}, false}).value();
  CHECK(store->is_offered("charge").value());
  CHECK(store->is_offered("a \"b\"").value());
  CHECK_FALSE(store->is_offered("ship").value());
  store->leave(worker.node).value();
  CHECK_FALSE(store->is_offered("charge").value());
}

STORE_LAW("heartbeats are for members") {
  const std::uint64_t gone = store.node();
  store.restart();
  for (const std::uint64_t node : {gone, store.node() + 1000}) {
    const auto refused = store->heartbeat(node);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().certainty == commit_certainty::fenced);
    CHECK_FALSE(store->next_heartbeat_in(node).has_value());
  }
}

STORE_LAW("a node has company as long as there is another member, or shards without an owner") {
  CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  for (int times = 0; times < 2; ++times) {
    const other_node second(store, false);
    CHECK(store->next_heartbeat_in(store.node()).has_value());
    CHECK(second->next_heartbeat_in(second.node()).has_value());
    second->leave(second.node()).value();
    CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
    CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  }
  const other_node second(store);
  store->leave(store.node()).value();
  CHECK(second->next_heartbeat_in(second.node()).has_value());
  second->heartbeat(second.node()).value();
  CHECK_FALSE(second->next_heartbeat_in(second.node()).has_value());
}

STORE_LAW("a dead worker is expired: fenced, and what it was running counts a crash and is free") {
  if (!store.store().is_shared()) return;
  other_node worker(store, false);
  store.commit(scheduling({shared_activity("a", 1), shared_activity("a", 2), shared_activity("a", 3)}));
  activity_claim two = claim_at(0);
  two.limit = 2;
  CHECK(worker->claim_activities(worker.node(), two).value().size() == 2);
  commit_batch batch;
  batch.outcomes.push_back(outcome_of({"a", 1, 1}, "1"));
  CHECK(worker.writer().commit(batch).value().outcomes.at(0) != 0);
  worker.die();

  CHECK(store->next_heartbeat_in(store.node()).has_value());
  CHECK(store->heartbeat(store.node()).value().gained.empty());
  CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  CHECK(is_fenced(worker.writer()));
  const auto claimed = store->claim_activities(store.node(), claim_at(0)).value();
  CHECK(outline(claimed) == "a2 a3");
  CHECK(claimed.at(0).crash_count == 1);
  CHECK(claimed.at(1).crash_count == 0);
}

STORE_LAW("a worker that comes and dies unnoticed is company until it is expired") {
  if (!store.store().is_shared()) return;
  store.commit(scheduling({shared_activity("a", 1)}));
  CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  {
    const other_node worker(store, false);
    CHECK(worker->claim_activities(worker.node(), claim_at(0)).value().size() == 1);
  }
  CHECK(store->next_heartbeat_in(store.node()).has_value());
  store->heartbeat(store.node()).value();
  CHECK_FALSE(store->next_heartbeat_in(store.node()).has_value());
  CHECK(store->claim_activities(store.node(), claim_at(0)).value().at(0).crash_count == 1);
}

STORE_LAW("the shards of a dead owner go to a member that looks, and its activities count a crash once") {
  if (!store.store().is_shared()) return;
  other_node second(store);
  const other_node worker(store, false);
  store->leave(store.node()).value();
  REQUIRE_FALSE(second->heartbeat(second.node()).value().gained.empty());
  commit_batch batch =
      batch_of({scheduling({activity_of("a", 1), shared_activity("a", 2), shared_activity("a", 3)})});
  second.writer().commit(batch).value();
  activity_claim one = claim_at(0);
  one.limit = 1;
  CHECK(second->claim_activities(second.node(), one).value().size() == 1);
  second.die();

  CHECK(worker->heartbeat(worker.node()).value().gained.empty());
  CHECK(is_fenced(second.writer()));
  const other_node third(store);
  CHECK(third.membership().shards.size() == third.membership().shard_count);
  const auto own = third->fetch_activities(third.node(), all_shards, std::nullopt, 10).value();
  CHECK(outline(own) == "a1 a2 a3");
  CHECK(own.at(0).crash_count == 1);
  const auto claimed = third->claim_activities(third.node(), claim_at(0)).value();
  CHECK(outline(claimed) == "a2 a3");
  CHECK(claimed.at(0).crash_count == 1);
  CHECK(claimed.at(1).crash_count == 0);
}

}  // namespace laws_of_members
