// Sessions: their activities run on one node as long as that node lives and uses them.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_sessions {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

stored_activity on_session(const std::string& session, const std::string& instance,
                           std::uint64_t event_id = 1) {
  stored_activity activity = shared_activity(instance, event_id);
  activity.session = session;
  return activity;
}

std::string claimed(const other_node& node, const activity_claim& wanted) {
  return outline(node->claim_activities(node.node(), wanted).value());
}

std::string claimed(const live_store& store, const activity_claim& wanted) {
  return outline(store->claim_activities(store.node(), wanted).value());
}

activity_claim claim_as(const std::string& session_owner, std::int64_t milliseconds) {
  activity_claim wanted = claim_at(milliseconds);
  wanted.session_owner = session_owner;
  return wanted;
}

void report(store_writer& writer, const activity_key& key, std::int64_t milliseconds) {
  commit_batch batch;
  batch.outcomes.push_back(outcome_of(key, "1"));
  batch.outcomes[0].outcome.visible_at = moment(milliseconds);
  REQUIRE(writer.commit(batch).value().outcomes.at(0) != 0);
}

}  // namespace

STORE_LAW("a session belongs to the node that claimed it, while that node is busy with it") {
  const other_node worker(store);
  store.commit(scheduling({on_session("s", "a")}));
  CHECK(claimed(worker, claim_at(0)) == "a1");
  store.commit(scheduling({on_session("s", "b"), on_session("t", "b", 2), shared_activity("b", 3)}));
  CHECK(claimed(store, claim_at(1'000'000)) == "b2 b3");
  CHECK(claimed(worker, claim_at(1'000'000)) == "b1");
}

STORE_LAW("an idle session belongs to whoever claims it next; an outcome or a turn that takes one is a use") {
  const other_node worker(store);
  store.commit(scheduling({on_session("s", "a"), on_session("s", "a", 2)}));
  CHECK(claimed(worker, claim_at(0)) == "a1 a2");
  report(worker.writer(), {"a", 1, 1}, 500);
  report(worker.writer(), {"a", 1, 2}, 2000);
  store.commit(scheduling({on_session("s", "b"), on_session("s", "b", 2)}));
  CHECK(claimed(store, claim_at(3000)) == "");
  turn_commit turn = turn_of("a", 3);
  turn.began_at = moment(2500);
  turn.finished_activities = {1, 2};
  store.commit(turn);
  CHECK(claimed(store, claim_at(3500)) == "");
  activity_claim one = claim_at(3501);
  one.limit = 1;
  CHECK(claimed(store, one) == "b1");
  CHECK(claimed(worker, claim_at(3501)) == "");
  CHECK(claimed(store, claim_at(9000)) == "b2");
}

STORE_LAW("a claim is a use of a session, and a session given back is still its node's") {
  const other_node worker(store);
  store.commit(scheduling({on_session("s", "a")}));
  CHECK(claimed(worker, claim_at(0)) == "a1");
  worker->release_activities(worker.node(), {{"a", 1, 1}}).value();
  CHECK(claimed(store, claim_at(1000)) == "");
  CHECK(claimed(worker, claim_at(1000)) == "a1");
  worker->release_activities(worker.node(), {{"a", 1, 1}}).value();
  CHECK(claimed(store, claim_at(2000)) == "");
  CHECK(claimed(store, claim_at(2001)) == "a1");
}

STORE_LAW("a node is busy with no more sessions than it wants") {
  store.commit(scheduling({on_session("s", "a", 1), on_session("t", "a", 2), on_session("s", "a", 3),
                           on_session("u", "a", 4), shared_activity("a", 5)}));
  activity_claim two = claim_at(0);
  two.max_sessions = 2;
  CHECK(claimed(store, two) == "a1 a2 a3 a5");
  CHECK(claimed(store, two) == "");
  report(store.writer(), {"a", 1, 1}, 1);
  CHECK(claimed(store, two) == "");
  report(store.writer(), {"a", 1, 3}, 1);
  CHECK(claimed(store, two) == "a4");

  store.commit(scheduling({on_session("s", "b"), on_session("t", "b", 2), shared_activity("b", 3)}));
  activity_claim none = claim_at(0);
  none.max_sessions = 0;
  CHECK(claimed(store, none) == "b2 b3");  // it is busy with t and u
  CHECK(claimed(store, two) == "");        // s is its own, but there is no room
}

STORE_LAW("the sessions of a node that leaves are free") {
  const other_node worker(store);
  store.commit(scheduling({on_session("s", "a")}));
  CHECK(claimed(worker, claim_at(0)) == "a1");
  worker->leave(worker.node()).value();
  CHECK(claimed(store, claim_at(0)) == "a1");
}

STORE_LAW("a session with an owner that outlives its node is for that owner, until the lock is over") {
  store.commit(scheduling({on_session("s", "a"), on_session("t", "a", 2)}));
  {
    const other_node worker(store);
    CHECK(claimed(worker, claim_as("disk-1", 0)) == "a1 a2");
    CHECK(claimed(store, claim_as("disk-1", 0)) == "");
    worker->leave(worker.node()).value();
  }
  CHECK(claimed(store, claim_as("", 4999)) == "");
  CHECK(claimed(store, claim_as("disk-2", 4999)) == "");
  const other_node heir(store);
  activity_claim one = claim_as("disk-1", 4999);
  one.limit = 1;
  CHECK(claimed(heir, one) == "a1");
  CHECK(claimed(store, claim_as("disk-2", 5000)) == "a2");
}

STORE_LAW("an owner that outlives its node does not protect an idle session of a living one") {
  const other_node worker(store);
  store.commit(scheduling({on_session("s", "a")}));
  CHECK(claimed(worker, claim_as("disk-1", 0)) == "a1");
  worker->release_activities(worker.node(), {{"a", 1, 1}}).value();
  CHECK(claimed(store, claim_as("disk-2", 1000)) == "");
  CHECK(claimed(store, claim_as("disk-2", 1001)) == "a1");
}

STORE_LAW("the sessions of a node that died are free when it is expired, unless an owner protects them") {
  if (!store.store().is_shared()) return;
  other_node worker(store);
  store.commit(scheduling({on_session("s", "a")}));
  store.commit(scheduling({on_session("t", "b")}));
  activity_claim one = claim_as("", 0);
  one.limit = 1;
  CHECK(claimed(worker, one) == "a1");
  CHECK(claimed(worker, claim_as("disk-1", 0)) == "b1");
  worker.die();
  CHECK(claimed(store, claim_at(100'000)) == "");
  store->heartbeat(store.node()).value();
  CHECK(claimed(store, claim_at(0)) == "a1");
  CHECK(claimed(store, claim_at(4999)) == "");
  CHECK(claimed(store, claim_at(5000)) == "b1");
}

}  // namespace laws_of_sessions
