// How instances come into being: once.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_creation {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("an instance is created once") {
  store.create("a");
  const auto before = store.seen("a");
  turn_commit second = first_turn("a");
  second.creates->input = "\"other\"";
  second.activities.push_back(activity_of("a", 2));
  CHECK(store.commit(second).outcome == turn_outcome::already_exists);
  CHECK(store.seen("a") == before);
}

STORE_LAW("a refused creation does not disturb the others of its batch") {
  store.create("b");
  const batch_receipt receipt = store.commit(batch_of({first_turn("a"), first_turn("b"), first_turn("c")}));
  CHECK(receipt.turns.at(0).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::already_exists);
  CHECK(receipt.turns.at(2).outcome == turn_outcome::committed);
  CHECK(store.seen("c") != "");
}

STORE_LAW("a client's start is pending, with a start message that is undelivered") {
  CHECK(store->start(start_of("a")).value());
  CHECK(store.seen("a") == "Hello 1.0.0 pending, execution 1, input '\"in\"'\n"
                           "inbox start of 1\n");
  const auto undelivered = store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages;
  REQUIRE(undelivered.size() == 1);
  CHECK(undelivered[0].kind == message_kind::start);
  CHECK(undelivered[0].instance == "a");
  CHECK(undelivered[0].execution == 1);
}

STORE_LAW("a start for later is not delivered before its time") {
  instance_start later = start_of("a");
  later.start_at = moment(500);
  CHECK(store->start(later).value());
  turn_commit turn = first_turn("parent");
  instance_start child = start_of("b");
  child.start_at = moment(700);
  turn.starts.push_back({child, false, std::nullopt});
  store.commit(turn);

  CHECK(store->fetch_undelivered(store.node(), "", moment(500), 10, {}).value().messages.empty());
  CHECK(store->fetch_undelivered(store.node(), "", moment(501), 10, {}).value().messages.at(0).visible_at ==
        moment(500));
  CHECK(store->fetch_undelivered(store.node(), "", moment(701), 10, {}).value().messages.size() == 2);
  CHECK(store->status("a").value().created_at == moment(0));
  CHECK(store->status("a").value().status == runtime_status::pending);
}

STORE_LAW("a client's start of an existing instance says so and changes nothing") {
  store.create("a");
  const auto before = store.seen("a");
  CHECK_FALSE(store->start(start_of("a")).value());
  CHECK(store.seen("a") == before);
}

STORE_LAW("a turn starts other instances and knows their start messages") {
  turn_commit turn = first_turn("parent");
  instance_start child = start_of("child");
  child.parent = parent_link{"parent", 1, 2};
  turn.starts.push_back({child, true, std::nullopt});
  const turn_receipt receipt = store.commit(turn);
  CHECK(receipt.starts.at(0).started);

  const auto loaded = store->load("child").value();
  REQUIRE(loaded.has_value());
  CHECK(loaded->parent == child.parent);
  CHECK(loaded->shard == shard_of("child", store.membership().shard_count));
  CHECK(loaded->inbox.at(0).id == receipt.starts.at(0).message_id);
  CHECK(store.seen("child") == "Hello 1.0.0 pending, execution 1, input '\"in\"'\n"
                               "inbox start of 1\n");
}

STORE_LAW("a start that finds its instance taken becomes the message that was given for this case") {
  store.create("child");
  const auto before = store.seen("child");
  message refusal;
  refusal.kind = message_kind::child_done;
  refusal.instance = "parent";
  refusal.execution = 1;
  refusal.source = 2;
  refusal.error = error_details{error_category::application, error_kind::already_exists, "taken", "child"};
  turn_commit turn = first_turn("parent");
  turn.starts.push_back({start_of("child"), true, outgoing_message{refusal, false}});
  turn.starts.push_back({start_of("child"), true, std::nullopt});
  const turn_receipt receipt = store.commit(turn);

  CHECK_FALSE(receipt.starts.at(0).started);
  CHECK(receipt.starts.at(0).message_id != 0);
  CHECK_FALSE(receipt.starts.at(1).started);
  CHECK(receipt.starts.at(1).message_id == 0);
  CHECK(store.seen("child") == before);
  CHECK(store.seen("parent") == "Hello 1.0.0 running, execution 1, input '\"in\"'\n"
                                "events 1..2\n"
                                "inbox child_done of 1 from 2 error already_exists 'taken'\n");
}

STORE_LAW("of two starts of one id in one turn the first one is made") {
  for (const bool child_first : {false, true}) {
    const std::string id = child_first ? "first" : "second";
    turn_commit turn = first_turn("of " + id);
    instance_start free = start_of(id);
    free.orchestration = "Free";
    instance_start child = start_of(id);
    child.orchestration = "Child";
    child.parent = parent_link{turn.instance, 1, 2};
    message refusal = event_for(turn.instance, "taken");
    turn.starts.push_back({free, 0, std::nullopt});
    turn.starts.insert(child_first ? turn.starts.begin() : turn.starts.end(),
                       {child, 0, outgoing_message{refusal, 0}});
    const auto receipt = store.commit(turn);
    CHECK(receipt.starts.at(0).started);
    CHECK_FALSE(receipt.starts.at(1).started);
    CHECK((receipt.starts.at(1).message_id != 0) == !child_first);
    CHECK_THAT(store.seen(id), Catch::StartsWith(child_first ? "Child" : "Free"));
  }
}

STORE_LAW("a turn may send to an instance that it starts") {
  turn_commit turn = first_turn("parent");
  turn.starts.push_back({start_of("child"), true, std::nullopt});
  turn.messages.push_back({event_for("child", "go"), first_tenure});
  CHECK(store.commit(turn).message_ids.at(0) != 0);
}

STORE_LAW("an instance may end with its first turn") {
  turn_commit turn = first_turn("a");
  turn.update.status = runtime_status::failed;
  turn.update.error =
      error_details{error_category::application, error_kind::orchestration_failed, "no", "Hello"};
  turn.update.custom_status = std::optional<std::string>("\"at the end\"");
  turn.ends = execution_end{1, runtime_status::failed, "", turn.update.error};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  const instance_status status = store->status("a").value();
  CHECK(status.status == runtime_status::failed);
  CHECK(status.error == turn.update.error);
  CHECK(status.custom_status == "\"at the end\"");
  CHECK(status.custom_status_version == 1);
}

STORE_LAW("an instance may continue as new with its first turn") {
  turn_commit turn = first_turn("a");
  turn.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  turn.begins = execution_begin{2, "\"next\"", first_tenure};
  const turn_receipt receipt = store.commit(turn);
  CHECK(receipt.outcome == turn_outcome::committed);
  CHECK(store->status("a").value().execution == 2);
  turn_commit next = turn_of("a", 1);
  next.execution = 2;
  next.history.at(0).execution = 2;
  next.consumed = {receipt.begin_message_id};
  CHECK(store.commit(next).outcome == turn_outcome::committed);
}

}  // namespace laws_of_creation
