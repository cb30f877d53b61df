// Instances that are run although a process died while it may have run them.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_trials {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

void begin_trial(live_store& store, const std::string& instance) {
  commit_batch batch;
  batch.trials = {instance};
  store.commit(batch);
}

std::uint32_t attempts(const live_store& store, const std::string& instance) {
  return store->load(instance).value()->trial.attempts;
}

}  // namespace

STORE_LAW("a death counts for the instances that were on trial, and says who died") {
  if (!store.store().is_shared()) return;
  store.create("a");
  store.create("b");
  begin_trial(store, "a");
  CHECK(attempts(store, "a") == 0);
  for (std::uint32_t deaths = 1; deaths <= 2; ++deaths) {
    const std::string dead = "node " + std::to_string(store.node());
    store.crash();
    CHECK(attempts(store, "a") == deaths);
    CHECK(attempts(store, "b") == 0);
    CHECK(store->load("a").value()->trial.failures.find(dead) != std::string::npos);
    begin_trial(store, "a");
  }
}

STORE_LAW("a trial ends with a turn, or without one, or when its node leaves in order") {
  for (const auto* instance : {"a", "b", "c", "d"}) {
    store.create(instance);
    begin_trial(store, instance);
  }
  turn_commit turn = turn_of("a", 3);
  turn.ends_trial = true;
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  commit_batch batch;
  batch.ended_trials = {"b"};
  store.commit(batch);
  store.restart();
  begin_trial(store, "d");
  store.crash();
  CHECK(attempts(store, "a") == 0);
  CHECK(attempts(store, "b") == 0);
  CHECK(attempts(store, "c") == 0);
  CHECK(attempts(store, "d") == (store.store().is_shared() ? 1 : 0));
}

STORE_LAW("a turn that is refused does not end a trial") {
  if (!store.store().is_shared()) return;
  store.create("a");
  begin_trial(store, "a");
  turn_commit turn = turn_of("a", 7);  // events 3 to 6 are missing
  turn.ends_trial = true;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  store.crash();
  CHECK(attempts(store, "a") == 1);
}

STORE_LAW("activities say who died with them in his hands") {
  if (!store.store().is_shared()) return;
  store.commit(scheduling({activity_of("a", 1)}));
  const std::string dead = "node " + std::to_string(store.node());
  store.crash();
  const auto found = store->fetch_activities(store.node(), all_shards, std::nullopt, 10).value();
  REQUIRE(found.size() == 1);
  CHECK(found.front().failures.find(dead) != std::string::npos);
}

}  // namespace laws_of_trials
