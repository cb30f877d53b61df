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

// The turn takes the signal that asked for it; the instance goes on as it was.
turn_commit pausing_turn(live_store& store, const std::string& instance, std::uint64_t event,
                         const std::string& reason) {
  turn_commit turn = turn_of(instance, event);
  turn.problem =
      instance_problem{instance, life_of(*store, instance), problem_kind::paused, moment(1000), reason};
  return turn;
}

message signal_of(const std::string& instance, std::string_view name) {
  message signal;
  signal.kind = message_kind::event_raised;
  signal.instance = instance;
  signal.name = name;
  signal.data = "{}";
  return signal;
}

STORE_LAW("a pause comes and goes with a turn, and what its owner has tried before does not end it") {
  store.create("a");
  note(store, "a", problem_kind::mismatch, 500, "x");
  CHECK_FALSE(store->load("a").value()->pause);
  CHECK(store.commit(pausing_turn(store, "a", 3, "night")).outcome == turn_outcome::committed);
  CHECK(listed(store) == "a paused 1000 night");
  const auto pause = store->load("a").value()->pause;
  REQUIRE(pause);
  CHECK(pause->instance == "a");
  CHECK(pause->life == life_of(*store, "a"));
  CHECK(pause->since == moment(1000));
  CHECK(pause->detail == "night");
  note(store, "a", problem_kind::mismatch, 2000, "x");
  CHECK(listed(store) == "a paused 1000 night");
  store.restart();
  CHECK(store.commit(pausing_turn(store, "a", 4, "longer")).outcome == turn_outcome::committed);
  CHECK(listed(store) == "a paused 1000 longer");
  turn_commit turn = turn_of("a", 5);
  turn.ends_problem = true;
  store.commit(turn);
  CHECK(listed(store).empty());
  CHECK_FALSE(store->load("a").value()->pause);
}

STORE_LAW("an end that was noted without a turn does not end a pause that comes with it") {
  store.create("a");
  note(store, "a", problem_kind::mismatch, 500, "x");
  commit_batch batch;
  batch.turns.push_back(std::make_shared<turn_commit>(pausing_turn(store, "a", 3, "night")));
  batch.ended_problems = {"a"};
  store.commit(batch);
  CHECK(listed(store) == "a paused 1000 night");
  commit_batch after;
  after.ended_problems = {"a"};
  store.commit(after);
  CHECK(listed(store) == "a paused 1000 night");
}

STORE_LAW("a turn that is refused pauses nothing") {
  store.create("a");
  turn_commit turn = pausing_turn(store, "a", 3, "night");
  turn.consumed = {4711};
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  CHECK(listed(store).empty());
}

STORE_LAW("of the mail of a paused instance only what ends its pause or itself is loaded") {
  store.create("a");
  store.post(signal_of("a", "approved"));
  const std::uint64_t resume = store.post(signal_of("a", "duroxide::resume"));
  message cancel = signal_of("a", "");
  cancel.kind = message_kind::cancel;
  cancel.error = error_details{error_category::application, error_kind::terminated, "broken", {}};
  const std::uint64_t termination = store.post(cancel);
  store.post(signal_of("a", "approved"));
  CHECK(store->load("a").value()->inbox.size() == 4);
  store.commit(pausing_turn(store, "a", 3, "night"));
  const auto inbox = store->load("a").value()->inbox;
  REQUIRE(inbox.size() == 2);
  CHECK(inbox[0].id == resume);
  CHECK(inbox[1].id == termination);
  CHECK(inbox[1].error == cancel.error);
}

STORE_LAW("a signal behind more mail than a page is loaded with the first page") {
  store.create("a");
  constexpr std::size_t large = 1024 * 1024;
  for (std::size_t i = 0; i < limits::batch_bytes / large + 2; ++i) {
    message event = signal_of("a", "approved");
    event.data = std::string(large, 'x');
    store.post(event);
  }
  const std::uint64_t pause = store.post(signal_of("a", "duroxide::pause"));
  const auto loaded = store->load("a").value();
  CHECK(loaded->more_in_inbox);
  CHECK(loaded->inbox.back().id == pause);
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
