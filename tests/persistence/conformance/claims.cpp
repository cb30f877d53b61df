// Activities for any node: one node at a time holds one.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_claims {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

std::string claimed(const other_node& node, const activity_claim& wanted) {
  return outline(node->claim_activities(node.node(), wanted).value());
}

std::uint64_t report(store_writer& writer, const activity_key& key, const std::string& result) {
  commit_batch batch;
  batch.outcomes.push_back(outcome_of(key, result));
  return writer.commit(batch).value().outcomes.at(0);
}

bool ends_within(change_watch& watch, duration limit) {
  const auto begin = std::chrono::steady_clock::now();
  watch.wait(limit);
  return std::chrono::steady_clock::now() - begin < limit;
}

bool is_told(change_watch& watch) { return ends_within(watch, std::chrono::seconds(10)); }
bool hears_nothing(change_watch& watch) { return !ends_within(watch, duration(20)); }
void drain(change_watch& watch) {
  while (!hears_nothing(watch)) {
  }
}

}  // namespace

STORE_LAW(
    "claimable activities are claimed once, those of the instance that began first first, at most as many "
    "as wanted") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("b", 1), shared_activity("b", 2)}));
  store.commit(scheduling({shared_activity("a", 2), shared_activity("a", 1), activity_of("a", 3)}));
  activity_claim three = claim_at(0);
  three.limit = 3;
  CHECK(claimed(worker, three) == "b1 b2 a1");
  CHECK(outline(store->claim_activities(store.node(), three).value()) == "a2");
  CHECK(claimed(worker, three) == "");
  activity_claim none = claim_at(0);
  none.limit = 0;
  CHECK(claimed(worker, none) == "");
}

STORE_LAW("activities are claimed as they are due, whichever instance began first") {
  const auto due = [](const char* instance, std::uint64_t event, std::int64_t when) {
    stored_activity activity = shared_activity(instance, event);
    activity.due = moment(when);
    return activity;
  };
  store.commit(scheduling({due("a", 1, 50), due("a", 2, 20)}));
  store.commit(scheduling({due("b", 1, 20), due("b", 2, 30)}));
  activity_claim three = claim_at(0);
  three.limit = 3;
  const auto first = store->claim_activities(store.node(), three).value();
  CHECK(outline(first) == "a2 b1 b2");
  CHECK(first.at(2).due == moment(30));
  CHECK(outline(store->claim_activities(store.node(), three).value()) == "a1");
}

STORE_LAW("of one instance at most its share is claimed while others wait, and all if nobody else does") {
  std::vector<stored_activity> many;
  for (std::uint64_t event = 1; event <= 9; ++event) many.push_back(shared_activity("a", event));
  store.commit(scheduling(many));
  store.commit(scheduling({shared_activity("b", 1), shared_activity("b", 2), shared_activity("b", 3)}));
  store.commit(scheduling({shared_activity("c", 1)}));
  activity_claim wanted = claim_at(0);
  wanted.share = 2;
  wanted.limit = 5;
  CHECK(outline(store->claim_activities(store.node(), wanted).value()) == "a1 a2 b1 b2 c1");
  wanted.limit = 6;
  CHECK(outline(store->claim_activities(store.node(), wanted).value()) == "a3 a4 a5 a6 a7 b3");
}

STORE_LAW("a claim takes no more bytes of inputs than a batch has, and at least one activity") {
  std::vector<stored_activity> large;
  for (std::uint64_t event = 1; event <= 5; ++event) {
    large.push_back(shared_activity("a", event));
    large.back().input = std::string(event == 5 ? limits::batch_bytes + 1 : limits::batch_bytes / 2 - 1, 'x');
    if (event == 2) large.back().session = "s";
  }
  for (const stored_activity& each : large) {
    turn_commit turn = each.key.event_id == 1 ? scheduling({each}) : turn_of("a", 1 + each.key.event_id);
    if (each.key.event_id != 1) turn.activities = {each};
    REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  }
  for (const std::size_t share : {std::size_t{1}, std::size_t{100}}) {
    INFO("a share of " << share);
    activity_claim wanted = claim_at(0);
    wanted.share = share;
    std::vector<std::string> claims;
    std::vector<activity_key> keys;
    for (;;) {
      const auto claimed = store->claim_activities(store.node(), wanted).value();
      if (claimed.empty()) break;
      claims.push_back(outline(claimed));
      for (const stored_activity& each : claimed) keys.push_back(each.key);
    }
    CHECK(claims.size() == 2);
    CHECK(claims.at(0).size() == std::string("a1 a2 a3").size());
    store->release_activities(store.node(), keys).value();
  }
}

STORE_LAW("a claimed activity comes with all that is known of it") {
  stored_activity activity = shared_activity("a", 2);
  activity.tag = "gpu";
  activity.session = "s";
  activity.attempt = 3;
  activity.retry_of = 1;
  store.commit(scheduling({activity}));
  activity_claim wanted = claim_at(0);
  wanted.tags = {"cpu", "gpu"};
  const auto claimed = store->claim_activities(store.node(), wanted).value();
  const auto loaded = store->load("a").value()->activities;
  for (const auto& found : {claimed, loaded}) {
    REQUIRE(found.size() == 1);
    CHECK(found[0].key == activity_key{"a", 1, 2, life_of(*store, "a")});
    CHECK(found[0].name == activity.name);
    CHECK(found[0].input == activity.input);
    CHECK(found[0].tag == activity.tag);
    CHECK(found[0].session == activity.session);
    CHECK(found[0].attempt == 3);
    CHECK(found[0].retry_of == 1);
    CHECK(found[0].crash_count == 0);
    CHECK(found[0].claimable);
  }
}

STORE_LAW("only activities that fit are claimed: by name and by tag") {
  stored_activity other_name = shared_activity("a", 1);
  other_name.name = "charge";
  stored_activity gpu = shared_activity("a", 2);
  gpu.tag = "gpu";
  stored_activity cpu = shared_activity("a", 3);
  cpu.tag = "cpu";
  store.commit(scheduling({other_name, gpu, cpu, shared_activity("a", 4)}));
  const auto fitting = [&](auto change) {
    activity_claim wanted = claim_at(0);
    change(wanted);
    const auto found = store->claim_activities(store.node(), wanted).value();
    std::vector<activity_key> keys;
    for (const auto& each : found) keys.push_back(each.key);
    store->release_activities(store.node(), keys).value();
    return outline(found);
  };
  CHECK(fitting([](auto&) {}) == "a4");
  CHECK(fitting([](auto& wanted) { wanted.names = {"charge"}; }) == "a1");
  CHECK(fitting([](auto& wanted) { wanted.names = {"charge", "greet"}; }) == "a1 a4");
  CHECK(fitting([](auto& wanted) { wanted.names = {}; }) == "");
  CHECK(fitting([](auto& wanted) { wanted.tags = {"gpu"}; }) == "a2 a4");
  CHECK(fitting([](auto& wanted) { wanted.untagged = false; }) == "");
  CHECK(fitting([](auto& wanted) { wanted.any_tag = true; }) == "a2 a3 a4");
  CHECK(fitting([](auto& wanted) { wanted.untagged = false, wanted.any_tag = true; }) == "a2 a3");
}

STORE_LAW("who is not a member claims nothing") {
  store.commit(scheduling({shared_activity("a", 1)}));
  const std::uint64_t gone = store.node();
  store.restart();
  for (const std::uint64_t node : {gone, store.node() + 1000}) {
    const auto refused = store->claim_activities(node, claim_at(0));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().certainty == commit_certainty::fenced);
  }
}

STORE_LAW("claimable activities are loaded with their instance, and fetched with it until they are claimed") {
  const other_node worker(store);
  store.commit(scheduling({activity_of("a", 1), shared_activity("a", 2), shared_activity("a", 3)}));
  activity_claim one = claim_at(0);
  one.limit = 1;
  CHECK(claimed(worker, one) == "a2");
  CHECK(outline(store->load("a").value()->activities) == "a1 a2 a3");
  CHECK(outline(store->fetch_activities(store.node(), all_shards, std::nullopt, 10).value()) == "a1 a3");
  store.restart();
  CHECK(outline(store->load("a").value()->activities) == "a1 a2 a3");
}

STORE_LAW("an activity that was given back is claimed by the next one, and counts no crash") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("a", 1), shared_activity("a", 2), activity_of("a", 3)}));
  CHECK(claimed(worker, claim_at(0)) == "a1 a2");
  store->release_activities(store.node(), {{"a", 1, 1}}).value();  // not its own
  CHECK(outline(store->claim_activities(store.node(), claim_at(0)).value()) == "");
  worker->release_activities(worker.node(), {{"a", 1, 2}, {"a", 1, 77}}).value();
  const auto again = store->claim_activities(store.node(), claim_at(0)).value();
  CHECK(outline(again) == "a2");
  CHECK(again.at(0).crash_count == 0);
  store->release_activities(store.node(), {{"a", 1, 3}}).value();  // its own, that it cannot run any more
  CHECK(claimed(worker, claim_at(0)) == "a3");
}

STORE_LAW("the owner of an activity reports its outcome, once") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("a", 1), shared_activity("a", 2)}));
  CHECK(claimed(worker, claim_at(0)) == "a1 a2");
  CHECK(report(store.writer(), {"a", 1, 1}, "\"not mine\"") == 0);
  const std::uint64_t id = report(worker.writer(), {"a", 1, 1}, "\"done\"");
  CHECK(id != 0);
  CHECK(report(worker.writer(), {"a", 1, 1}, "\"again\"") == 0);
  CHECK(report(worker.writer(), {"a", 1, 77}, "\"unknown\"") == 0);
  CHECK(store.seen("a") == "Hello 1.0.0 running, execution 1, input '\"in\"'\n"
                           "events 1..2\n"
                           "inbox activity_done of 1 from 1 '\"done\"'\n"
                           "activity 1/2 greet\n");
  const auto undelivered = store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages;
  REQUIRE(undelivered.size() == 1);
  CHECK(undelivered[0].id == id);

  worker->leave(worker.node()).value();
  CHECK(outline(store->claim_activities(store.node(), claim_at(0)).value()) == "a2");
  turn_commit turn = turn_of("a", 3);
  turn.consumed = {id};
  turn.finished_activities = {1};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  turn = turn_of("a", 4);
  turn.finished_activities = {1};
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
}

STORE_LAW("an outcome is not accepted when the activity was cancelled or its instance has ended") {
  const other_node worker(store);
  for (const auto* instance : {"a", "b"}) store.commit(scheduling({shared_activity(instance, 1)}));
  CHECK(claimed(worker, claim_at(0)) == "a1 b1");
  turn_commit turn = turn_of("a", 3);
  turn.cancelled_activities = {1};
  store.commit(turn);
  store.commit(last_turn("b", 3));
  for (const auto* instance : {"a", "b"}) {
    const auto before = store.seen(instance);
    CHECK(report(worker.writer(), {instance, 1, 1}, "\"late\"") == 0);
    CHECK(store.seen(instance) == before);
  }
}

STORE_LAW("a node learns which activities it does not hold any more") {
  const other_node worker(store);
  const std::vector<activity_key> keys{{"a", 1, 1}, {"a", 1, 2}, {"a", 1, 3}, {"a", 1, 4}, {"b", 1, 1}};
  store.commit(scheduling({shared_activity("a", 1), shared_activity("a", 2), shared_activity("a", 3)}));
  CHECK(claimed(worker, claim_at(0)) == "a1 a2 a3");
  CHECK(outline(worker->lost_activities(worker.node(), keys).value()) == "a4 b1");
  turn_commit turn = turn_of("a", 3);
  turn.cancelled_activities = {1};
  turn.finished_activities = {3};  // whoever owns it
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(outline(worker->lost_activities(worker.node(), keys).value()) == "a1 a3 a4 b1");
  CHECK(outline(store->lost_activities(store.node(), keys).value()) == "a1 a2 a3 a4 b1");
}

STORE_LAW("what a commit leaves for a node ends its wait, and nothing else does") {
  const other_node worker(store);
  const auto own = store->watch(watch_scope::others).value();
  const auto others = worker->watch(watch_scope::others).value();
  store.commit(scheduling({shared_activity("a", 1), shared_activity("a", 2), shared_activity("a", 3)}));
  CHECK(is_told(*own));
  CHECK(is_told(*others));
  CHECK(claimed(worker, claim_at(0)) == "a1 a2 a3");
  drain(*own);
  CHECK(report(worker.writer(), {"a", 1, 1}, "\"done\"") != 0);
  CHECK(is_told(*own));

  drain(*own);
  turn_commit taking = turn_of("a", 3);
  taking.finished_activities = {1};
  taking.activities.push_back(activity_of("a", 4));
  REQUIRE(store.commit(taking).outcome == turn_outcome::committed);
  CHECK(hears_nothing(*own));
  drain(*others);
  turn_commit cancelling = turn_of("a", 4);
  cancelling.cancelled_activities = {2};
  store.commit(cancelling);
  CHECK(is_told(*others));
  drain(*own);
  cancelling = turn_of("a", 5);
  cancelling.cancelled_activities = {13};
  store.commit(cancelling);
  CHECK(hears_nothing(*own));
  drain(*others);
  store.commit(last_turn("a", 6));  // with a3 held by the other one
  CHECK(is_told(*others));
  drain(*own);
  worker->leave(worker.node()).value();
  CHECK(is_told(*own));
}

}  // namespace laws_of_claims
