// What the hot path costs.
#include "persistence/sqlite/membership.hpp"
#include "persistence/sqlite/writer.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_statement_counts {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence::sqlite::membership;
using duroxide::persistence::sqlite::store;
using duroxide::persistence::sqlite::writer;

namespace {

struct counted_store {
  std::shared_ptr<store> opened = store::open_in_memory();
  membership members{opened};
  std::unique_ptr<writer> lane = writer::open(opened, {members.join({"tester", {}, {}}).node, 0});
  int statements = 0;

  counted_store() { sqlite3_trace_v2(opened->writing()->handle(), SQLITE_TRACE_STMT, count, &statements); }
  static int count(unsigned, void* statements, void*, void*) {
    ++*static_cast<int*>(statements);
    return 0;
  }
  int cost(const turn_commit& turn) {
    statements = 0;
    REQUIRE(lane->commit(batch_of({turn})).value().turns.at(0).outcome == turn_outcome::committed);
    return statements;
  }
};

}  // namespace

LAW("a turn pays for what it does, and not for what others could do") {
  counted_store counted;
  turn_commit first = first_turn("a");
  first.activities.push_back(activity_of("a", 2));
  first.messages.push_back({event_for("a", "go"), true});
  // begin, fence; instance, execution, last event, events, activity, message; commit
  CHECK(counted.cost(first) == 9);

  turn_commit turn = turn_of("a", 3);
  turn.consumed = {1};
  turn.finished_activities = {2};
  turn.activities.push_back(activity_of("a", 3));
  // begin, fence; instance, message, activity, last event, events, activity, instance; commit
  CHECK(counted.cost(turn) == 10);

  turn = turn_of("a", 4);
  turn.cancelled_activities = {3};
  // begin, fence; instance, last event, events, instance, activity; commit
  CHECK(counted.cost(turn) == 8);

  turn = turn_of("a", 5);
  turn.kv = {{"x", "1", moment(1)}, {"y", std::nullopt, moment(1)}};
  // begin, fence; instance, last event, events, instance, two keys; commit
  CHECK(counted.cost(turn) == 9);

  // begin, fence; instance, last event, events, instance, execution, inbox, activities; commit
  CHECK(counted.cost(last_turn("a", 6)) == 10);
}

LAW("a turn of a durable actor pays for its commands, and for one row of state") {
  counted_store counted;
  turn_commit first = first_turn("a");
  first.history.clear();
  first.actor.emplace().state = actor_state{"1", "{}", timestamp()};
  first.messages.push_back({event_for("a", "one"), true});
  first.messages.push_back({event_for("a", "two"), true});
  // begin, fence; instance, state, two messages; commit
  CHECK(counted.cost(first) == 7);

  turn_commit turn;
  turn.instance = "a";
  turn.update.status = runtime_status::running;
  turn.consumed = {1};
  turn.actor.emplace().state = actor_state{"1", "{}", timestamp()};
  // begin, fence; instance, message, state; commit
  CHECK(counted.cost(turn) == 6);

  turn.consumed = {2};
  turn.actor->answers = {{"command", moment(5), "1"}};
  turn.messages.push_back({event_for("a", "three"), true, "account"});
  // begin, fence; answer, instance, message, state, message; commit
  CHECK(counted.cost(turn) == 8);

  turn.consumed = {};
  turn.messages = {{event_for("b", "four"), true, "account"}};
  turn.actor->answers = {{"another", moment(5), "1"}};
  turn.actor->state->answers_since = moment(5);
  // begin, fence; answer, instance, state, old answers, no such instance, instance, message; commit
  CHECK(counted.cost(turn) == 10);
}

}  // namespace laws_of_statement_counts
