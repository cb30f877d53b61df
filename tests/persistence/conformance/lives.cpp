// An instance id that is used again: nothing that was for one life comes to another.
#include "tests/persistence/conformance/kit.hpp"

#include <sstream>

namespace laws_of_lives {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

void remove(const live_store& store, const std::string& instance) {
  const auto outcome = store->administration().remove(instance, true).value();
  REQUIRE(outcome.refusal == deletion_refusal::none);
}

// What does not belong to the instance that has its id. The events of these laws are none that can be read.
std::vector<std::string> strays_in(const live_store& store) {
  std::vector<std::string> strays;
  const history_reader nothing = [](std::uint64_t, const std::string&) {
    return std::vector<history_event>();
  };
  for (const inconsistency& each : store->administration().verify(nothing).value().first)
    for (const char* stray : {"is for nobody", "left behind", "belongs to no instance", "lies on shard"})
      if (each.what.find(stray) != std::string::npos) strays.push_back(each.instance + ": " + each.what);
  return strays;
}

}  // namespace

STORE_LAW("a life is never used again, though the instance that had it is gone") {
  std::uint64_t last = 0;
  for (int i = 0; i < 4; ++i) {
    CHECK(store->start(start_of("a")).value());
    const std::uint64_t life = life_of(*store, "a");
    CHECK(life > last);
    last = life;
    remove(store, "a");
  }
  const auto receipt = store.commit(first_turn("a"));
  CHECK(receipt.life > last);
  CHECK(life_of(*store, "a") == receipt.life);
  store.commit(last_turn("a", 3));
  CHECK(store->start(start_of("a"), true).value());
  CHECK(life_of(*store, "a") > receipt.life);
}

STORE_LAW("what a turn starts has a life from the beginning") {
  turn_commit turn = first_turn("p");
  turn.starts.push_back({start_of("c"), 0, std::nullopt});
  const auto receipt = store.commit(turn);
  CHECK(receipt.starts.at(0).life == life_of(*store, "c"));
  CHECK(receipt.starts.at(0).life != receipt.life);
  turn_commit again = turn_of("p", 3);
  again.starts.push_back({start_of("c"), 0, std::nullopt});
  CHECK(store.commit(again).starts.at(0).life == 0);
}

STORE_LAW("an instance of a deleted one's id has nothing of that one's messages and activities") {
  store.commit(scheduling({activity_of("a", 1), shared_activity("a", 2)}));
  store.post(event_for("a", "old"));
  store.post(timer_for("a", 1, moment(1000)));
  remove(store, "a");
  REQUIRE(store->start(start_of("a")).value());
  const auto loaded = store->load("a").value().value();
  REQUIRE(loaded.inbox.size() == 1);
  CHECK(loaded.inbox[0].kind == message_kind::start);
  CHECK(loaded.inbox[0].life == loaded.life);
  CHECK(loaded.activities.empty());
  CHECK(store->claim_activities(store.node(), claim_at(0)).value().empty());
}

STORE_LAW("a turn that was computed for an earlier life is stale") {
  turn_commit late = turn_of("a", 3);
  late.life = store.commit(first_turn("a")).life;
  remove(store, "a");
  store.create("a");
  CHECK(store.commit(late).outcome == turn_outcome::stale);
  late.life = life_of(*store, "a");
  CHECK(store.commit(late).outcome == turn_outcome::committed);
}

STORE_LAW("a message to an earlier life cannot be consumed by a later one") {
  store.create("a");
  const std::uint64_t old = store.post(event_for("a", "old"));
  remove(store, "a");
  store.create("a");
  turn_commit turn = turn_of("a", 3);
  turn.consumed = {old};
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
}

STORE_LAW("the outcome of an earlier life's activity is not accepted for a later one") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("a", 1)}));
  const auto old = worker->claim_activities(worker.node(), claim_at(0)).value();
  REQUIRE(old.size() == 1);
  remove(store, "a");
  store.commit(scheduling({shared_activity("a", 1)}));
  const auto now = worker->claim_activities(worker.node(), claim_at(0)).value();
  REQUIRE(now.size() == 1);
  CHECK(now[0].key.life > old[0].key.life);
  CHECK(worker->lost_activities(worker.node(), {old[0].key, now[0].key}).value() == std::vector{old[0].key});

  commit_batch batch;
  batch.outcomes = {outcome_of(old[0].key, "\"old\""), outcome_of(now[0].key, "\"new\"")};
  batch.progress = {{old[0].key, "old", moment(1)}};
  const auto accepted = worker.writer().commit(batch).value().outcomes;
  CHECK(accepted.at(0) == 0);
  CHECK(accepted.at(1) != 0);
  const auto inbox = store->load("a").value()->inbox;
  REQUIRE(inbox.size() == 1);
  CHECK(inbox[0].data == "\"new\"");
}

STORE_LAW("giving back an earlier life's activity leaves a later one's where it is") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("a", 1)}));
  const auto old = worker->claim_activities(worker.node(), claim_at(0)).value();
  remove(store, "a");
  store.commit(scheduling({shared_activity("a", 1)}));
  const auto now = worker->claim_activities(worker.node(), claim_at(0)).value();
  worker->release_activities(worker.node(), {old.at(0).key}).value();
  CHECK(worker->lost_activities(worker.node(), {now.at(0).key}).value().empty());
}

STORE_LAW("an instance that is put on probation after it was deleted leaves nothing") {
  store.create("a");
  remove(store, "a");
  commit_batch batch;
  batch.probations = {"a"};
  store.commit(batch);
  store.create("a");
  store.crash();
  CHECK(store->load("a").value()->probation.crash_count == 0);
}

STORE_LAW("messages and activities go with their instance to the life that an import gives it") {
  store.commit(scheduling({activity_of("a", 1)}));
  store.post(event_for("a", "go"));
  std::stringstream file;
  store->administration().write_to(file, std::nullopt).value();
  remove(store, "a");
  store->administration().read_from(file, {}).value();
  const auto loaded = store->load("a").value().value();
  REQUIRE(loaded.inbox.size() == 1);
  CHECK(loaded.inbox[0].life == loaded.life);
  REQUIRE(loaded.activities.size() == 1);
  CHECK(loaded.activities[0].key.life == loaded.life);
  CHECK(strays_in(store).empty());
}

STORE_LAW("deleting by force leaves nothing of a family, whatever it has under way") {
  turn_commit parent = scheduling({activity_of("p", 1), shared_activity("p", 2)});
  for (const char* child : {"c1", "c2"}) {
    parent.starts.push_back({start_of(child), 0, std::nullopt});
    parent.starts.back().what.parent = parent_link{"p", 1, 1};
  }
  store.commit(parent);
  turn_commit child = turn_of("c1", 1);
  child.starts.push_back({start_of("grandchild"), 0, std::nullopt});
  child.starts.back().what.parent = parent_link{"c1", 1, 1};
  store.commit(child);
  store.post(event_for("grandchild", "go"));
  store.commit(last_turn("c2", 1));

  const auto outcome = store->administration().remove("p", true).value();
  CHECK(outcome.refusal == deletion_refusal::none);
  CHECK(outcome.deleted.instances == 4);
  CHECK(outcome.deleted.activities == 2);
  for (const char* gone : {"p", "c1", "c2", "grandchild"}) CHECK_FALSE(store->load(gone).value().has_value());
  CHECK(store->administration().depths(moment(0)).value().messages == 0);
  CHECK(strays_in(store).empty());
}

}  // namespace laws_of_lives
