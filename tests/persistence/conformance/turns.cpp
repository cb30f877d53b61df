// A turn is written completely or not at all (I1), and never twice.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_turns {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("a turn writes all that it says") {
  turn_commit turn = first_turn("a");
  turn.activities.push_back(activity_of("a", 2));
  turn.messages.push_back({timer_for("a", 1, moment(500)), first_tenure});
  const turn_receipt receipt = store.commit(turn);
  CHECK(receipt.outcome == turn_outcome::committed);
  CHECK(receipt.message_ids.at(0) != 0);
  CHECK(store.seen("a") == "Hello 1.0.0 running, execution 1, input '\"in\"'\n"
                           "events 1..2\n"
                           "inbox timer_due of 1 from 1\n"
                           "activity 1/2 greet\n");
}

STORE_LAW("a turn takes away what it consumed, finished and cancelled") {
  turn_commit first = first_turn("a");
  for (const std::uint64_t event_id : {1, 2}) {
    first.activities.push_back(activity_of("a", event_id));
    first.messages.push_back({timer_for("a", event_id, moment(500)), first_tenure});
  }
  store.commit(first);
  const auto id = store.post(event_for("a", "go"));
  store.post(event_for("a", "stays"));

  turn_commit turn = turn_of("a", 3);
  turn.consumed = {id};
  turn.finished_activities = {1};
  turn.cancelled_activities = {2, 77};
  turn.cancelled_timers = {2, 77};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(store.seen("a") == "Hello 1.0.0 running, execution 1, input '\"in\"'\n"
                           "events 1..2\n"
                           "events 3..3\n"
                           "inbox timer_due of 1 from 1\n"
                           "inbox event_raised stays\n");
}

STORE_LAW("a message is consumed by one turn only (I4)") {
  store.create("a");
  turn_commit turn = turn_of("a", 3);
  turn.consumed = {store.post(event_for("a", "go"))};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  const auto before = store.seen("a");
  turn.history = turn_of("a", 4).history;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  CHECK(store.seen("a") == before);
}

STORE_LAW("a message of another instance cannot be consumed") {
  store.create("a");
  store.create("b");
  turn_commit turn = turn_of("a", 3);
  turn.consumed = {store.post(event_for("b", "go"))};
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  CHECK(store.seen("b").find("inbox event_raised go") != std::string::npos);
}

STORE_LAW("a completion enters history once (I5)") {
  turn_commit first = first_turn("a");
  first.activities.push_back(activity_of("a", 2));
  store.commit(first);
  turn_commit turn = turn_of("a", 3);
  turn.finished_activities = {2};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  turn.history = turn_of("a", 4).history;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
}

STORE_LAW("history only grows at its end (I6)") {
  store.create("a");
  const auto before = store.seen("a");
  CHECK(store.commit(turn_of("a", 2)).outcome == turn_outcome::stale);
  CHECK(store.commit(turn_of("a", 1)).outcome == turn_outcome::stale);
  CHECK(store.commit(turn_of("a", 4)).outcome == turn_outcome::stale);
  CHECK(store.seen("a") == before);
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
}

STORE_LAW("a refused turn leaves no trace and does not disturb the others of its batch") {
  store.create("a");
  store.create("b");
  store.create("c");
  const auto id = store.post(event_for("b", "go"));
  const auto before = store.seen("b");

  turn_commit refused = turn_of("b", 3);
  refused.consumed = {id, id + 1000};
  refused.messages.push_back({event_for("a", "must not arrive")});
  refused.starts.push_back({start_of("must not start"), false, std::nullopt});
  commit_batch batch = batch_of({turn_of("a", 3), refused, turn_of("c", 3)});
  batch.posts.push_back({event_for("a", "posted")});
  const batch_receipt receipt = store.commit(batch);

  CHECK(receipt.turns.at(0).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::stale);
  CHECK(receipt.turns.at(2).outcome == turn_outcome::committed);
  CHECK(receipt.posts.at(0).outcome == post_outcome::accepted);
  CHECK(store.seen("b") == before);
  CHECK(store.seen("must not start") == "");
  CHECK(store.seen("a") == "Hello 1.0.0 running, execution 1, input '\"in\"'\n"
                           "events 1..2\n"
                           "events 3..3\n"
                           "inbox event_raised posted\n");
  CHECK(store.commit(turn_of("c", 4)).outcome == turn_outcome::committed);
}

STORE_LAW("turns of one instance may follow each other in a batch") {
  const batch_receipt receipt = store.commit(batch_of({first_turn("a"), turn_of("a", 3), last_turn("a", 4)}));
  for (const auto& turn : receipt.turns) CHECK(turn.outcome == turn_outcome::committed);
  CHECK(store->status("a").value().status == runtime_status::completed);
}

STORE_LAW("a turn of an instance that does not exist, or of an execution that is over, is stale") {
  CHECK(store.commit(turn_of("nobody", 1)).outcome == turn_outcome::stale);
  store.create("a");
  turn_commit turn = turn_of("a", 3);
  turn.execution = 2;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  store.commit(last_turn("a", 3));
  CHECK(store.commit(turn_of("a", 4)).outcome == turn_outcome::stale);
}

STORE_LAW("the end of an instance takes its messages and activities with it") {
  turn_commit first = first_turn("a");
  first.activities.push_back(activity_of("a", 2));
  first.messages.push_back({timer_for("a", 1, moment(500)), first_tenure});
  store.commit(first);
  store.post(event_for("a", "late"));
  store.create("b");
  store.post(event_for("b", "stays"));
  turn_commit last = last_turn("a", 3);
  last.messages.push_back({event_for("a", "to oneself")});
  CHECK(store.commit(last).message_ids == std::vector<std::uint64_t>{0});
  CHECK(store.seen("a") == "Hello 1.0.0 completed, execution 1, input '\"in\"', output '\"out\"'\n"
                           "events 1..2\n"
                           "events 3..3\n");
  CHECK(store.seen("b").find("inbox event_raised stays") != std::string::npos);
}

STORE_LAW("discarding deletes a message, and one that is gone is no error") {
  store.create("a");
  commit_batch batch;
  batch.discarded = {store.post(event_for("a", "go")), 4711};
  store.commit(batch);
  CHECK(store.seen("a").find("inbox") == std::string::npos);
}

}  // namespace laws_of_turns
