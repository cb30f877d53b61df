// What is told about unfinished activities.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_progress {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

commit_batch saying(const activity_key& key, const std::string& details, std::int64_t milliseconds) {
  commit_batch batch;
  batch.progress.push_back({key, details, moment(milliseconds)});
  return batch;
}

}  // namespace

STORE_LAW("the unfinished activities of an instance are told in key order, with their last progress") {
  stored_activity second = shared_activity("a", 2);
  second.tag = "gpu";
  second.session = "s";
  second.attempt = 4;
  store.commit(scheduling({second, activity_of("a", 1)}));
  store.commit(scheduling({activity_of("b", 1)}));

  const std::uint64_t life = life_of(*store, "a");
  activity_state first{{"a", 1, 1, life}, "greet", std::nullopt, std::nullopt, 1, std::nullopt, {}};
  const activity_state other{{"a", 1, 2, life}, "greet", "gpu", "s", 4, std::nullopt, {}};
  CHECK(store->activities("a").value() == std::vector{first, other});
  CHECK(store->activities("nobody").value().empty());

  store.commit(saying({"a", 1, 1}, "\"half\"", 5));
  store.commit(saying({"a", 1, 1}, std::string("\0\xff", 2), 6));
  first.progress = std::string("\0\xff", 2);
  first.progress_at = moment(6);
  CHECK(store->activities("a").value() == std::vector{first, other});
}

STORE_LAW("only the node that holds an activity tells of its progress") {
  const other_node worker(store);
  store.commit(scheduling({shared_activity("a", 1)}));
  store.commit(saying({"a", 1, 1}, "\"nobody's\"", 5));
  store.commit(saying({"a", 1, 77}, "\"unknown\"", 5));
  CHECK_FALSE(store->activities("a").value().at(0).progress.has_value());
  worker->claim_activities(worker.node(), claim_at(0)).value();
  worker.writer().commit(saying({"a", 1, 1}, "\"mine\"", 6)).value();
  store.commit(saying({"a", 1, 1}, "\"not mine\"", 7));
  CHECK(store->activities("a").value().at(0).progress == "\"mine\"");
  CHECK(store->activities("a").value().at(0).progress_at == moment(6));
}

STORE_LAW("an activity whose outcome is there is not unfinished any more") {
  store.commit(scheduling({shared_activity("a", 1)}));
  store->claim_activities(store.node(), claim_at(0)).value();
  commit_batch batch;
  batch.outcomes.push_back(outcome_of({"a", 1, 1}, "1"));
  store.commit(batch);
  CHECK(store->activities("a").value().empty());
}

}  // namespace laws_of_progress
