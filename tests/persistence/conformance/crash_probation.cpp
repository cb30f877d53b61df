// Instances that are run although a process died while it may have run them.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_crash_probation {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

void begin_probation(live_store& store, const std::string& instance) {
  commit_batch batch;
  batch.probations = {instance};
  store.commit(batch);
}

std::uint32_t crash_count(const live_store& store, const std::string& instance) {
  return store->load(instance).value()->probation.crash_count;
}

}  // namespace

STORE_LAW("a death counts for the instances that were on probation, and says who died") {
  if (!store.store().is_shared()) return;
  store.create("a");
  store.create("b");
  begin_probation(store, "a");
  CHECK(crash_count(store, "a") == 0);
  for (std::uint32_t deaths = 1; deaths <= 2; ++deaths) {
    const std::string dead = "node " + std::to_string(store.node());
    store.crash();
    CHECK(crash_count(store, "a") == deaths);
    CHECK(crash_count(store, "b") == 0);
    CHECK(store->load("a").value()->probation.failures.find(dead) != std::string::npos);
    begin_probation(store, "a");
  }
}

STORE_LAW("a probation ends with a turn, or without one, or when its node leaves in order") {
  for (const auto* instance : {"a", "b", "c", "d"}) {
    store.create(instance);
    begin_probation(store, instance);
  }
  turn_commit turn = turn_of("a", 3);
  turn.ends_probation = true;
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  commit_batch batch;
  batch.ended_probations = {"b"};
  store.commit(batch);
  store.restart();
  begin_probation(store, "d");
  store.crash();
  CHECK(crash_count(store, "a") == 0);
  CHECK(crash_count(store, "b") == 0);
  CHECK(crash_count(store, "c") == 0);
  CHECK(crash_count(store, "d") == (store.store().is_shared() ? 1 : 0));
}

STORE_LAW("a turn that is refused does not end a probation") {
  if (!store.store().is_shared()) return;
  store.create("a");
  begin_probation(store, "a");
  turn_commit turn = turn_of("a", 7);  // events 3 to 6 are missing
  turn.ends_probation = true;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  store.crash();
  CHECK(crash_count(store, "a") == 1);
}

STORE_LAW("activities say who died while holding them") {
  if (!store.store().is_shared()) return;
  store.commit(scheduling({activity_of("a", 1)}));
  const std::string dead = "node " + std::to_string(store.node());
  store.crash();
  const auto found = store->fetch_activities(store.node(), all_shards, std::nullopt, 10).value();
  REQUIRE(found.size() == 1);
  CHECK(found.front().failures.find(dead) != std::string::npos);
}

}  // namespace laws_of_crash_probation
