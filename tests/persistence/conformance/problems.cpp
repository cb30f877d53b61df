// What keeps instances from going on.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_problems {
namespace {

using namespace duroxide;
using namespace duroxide::conformance;

void note(live_store& store, const std::string& instance, problem_kind kind, std::int64_t since,
          const std::string& detail, std::uint64_t life = 0) {
  commit_batch batch;
  batch.problems.push_back({instance, life, kind, moment(since), detail});
  store.commit(batch);
}

// "a mismatch 1000 text; b ...": instances, kinds, times and details.
std::string listed(live_store& store, const problem_query& what = {}) {
  std::string text;
  for (const instance_problem& each : store->administration().problems(what).value().problems)
    text += (text.empty() ? "" : "; ") + each.instance + " " + std::string(to_string(each.kind)) + " " +
            std::to_string((each.since - moment(0)).count()) + " " + each.detail;
  return text;
}

STORE_LAW("a problem is listed with its instance until a turn ends it") {
  for (const char* instance : {"a", "b"}) store.create(instance);
  CHECK_FALSE(store->load("a").value()->has_problem);
  note(store, "a", problem_kind::mismatch, 1000, "the history has \xc3\xa4, but the code \"b\"");
  CHECK(listed(store) == "a mismatch 1000 the history has \xc3\xa4, but the code \"b\"");
  CHECK(store->load("a").value()->has_problem);
  CHECK_FALSE(store->load("b").value()->has_problem);

  store.commit(turn_of("a", 3));
  CHECK(store->load("a").value()->has_problem);
  turn_commit turn = turn_of("a", 4);
  turn.ends_problem = true;
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(listed(store).empty());
  CHECK_FALSE(store->load("a").value()->has_problem);
}

STORE_LAW("a problem has the time at which problems of its kind began, and what was noted last") {
  store.create("a");
  note(store, "a", problem_kind::not_registered, 1000, "first");
  note(store, "a", problem_kind::not_registered, 2000, "second");
  CHECK(listed(store) == "a not_registered 1000 second");
  note(store, "a", problem_kind::mismatch, 3000, "third");
  CHECK(listed(store) == "a mismatch 3000 third");
}

STORE_LAW("nothing is noted of what has ended, does not exist, or is another life") {
  store.create("a");
  store.create("ended");
  turn_commit last = last_turn("ended", 3);
  store.commit(last);
  for (const char* instance : {"ended", "unknown"}) note(store, instance, problem_kind::refused, 1000, "x");
  note(store, "a", problem_kind::refused, 1000, "x", life_of(*store, "a") + 1);
  CHECK(listed(store).empty());
  note(store, "a", problem_kind::refused, 1000, "x", life_of(*store, "a"));
  CHECK(listed(store) == "a refused 1000 x");
}

STORE_LAW("a problem ends without a turn, too") {
  store.create("a");
  note(store, "a", problem_kind::cannot_load, 1000, "x");
  commit_batch batch;
  batch.ended_problems = {"a", "unknown"};
  store.commit(batch);
  CHECK(listed(store).empty());
  CHECK_FALSE(store->load("a").value()->has_problem);
}

STORE_LAW("problems go with their instances") {
  for (const char* instance : {"a", "b"}) {
    store.create(instance);
    note(store, instance, problem_kind::cannot_load, 1000, instance);
  }
  CHECK(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  CHECK(listed(store) == "b cannot_load 1000 b");
  turn_commit last = last_turn("b", 3);
  last.ends_problem = true;
  store.commit(last);
  CHECK(listed(store).empty());
  store.create("a");
  CHECK_FALSE(store->load("a").value()->has_problem);
}

STORE_LAW("problems are listed page by page, the oldest first, by kind and by instance") {
  for (int i = 0; i < 5; ++i) {
    const std::string instance = "i" + std::to_string(i);
    store.create(instance);
    note(store, instance, i % 2 == 0 ? problem_kind::mismatch : problem_kind::refused, 1000 - i / 2, "x");
  }
  CHECK(listed(store) == "i4 mismatch 998 x; i2 mismatch 999 x; i3 refused 999 x; i0 mismatch 1000 x; "
                         "i1 refused 1000 x");
  CHECK(listed(store, {.kind = problem_kind::refused}) == "i3 refused 999 x; i1 refused 1000 x");
  CHECK(listed(store, {.instance = "i2"}) == "i2 mismatch 999 x");
  problem_query what{.limit = 2};
  std::string all;
  do {
    const problem_page page = store->administration().problems(what).value();
    for (const instance_problem& each : page.problems) all += each.instance + " ";
    what.cursor = page.cursor;
  } while (!what.cursor.empty());
  CHECK(all == "i4 i2 i3 i0 i1 ");
  what.cursor = "updated 17 17";
  const auto refused = store->administration().problems(what);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::invalid_argument);
}

STORE_LAW("a node that does not own an instance any more notes nothing of it") {
  if (!store.store().is_shared()) return;
  store.create("a");
  other_node other(store);
  commit_batch batch;
  batch.problems.push_back({"a", 0, problem_kind::mismatch, moment(1000), "x"});
  REQUIRE(other.writer().commit(batch));
  CHECK(listed(store).empty());
}

}  // namespace
}  // namespace laws_of_problems
