// Continue-as-new, status and custom status.
#include "duroxide/limits.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_executions {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

turn_commit continuing_turn() {
  turn_commit turn = turn_of("a", 3);
  turn.update.version = "2.0.0";
  turn.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  turn.begins = execution_begin{2, "\"next\"", first_tenure};
  return turn;
}

}  // namespace

STORE_LAW("a turn that continues as new begins an execution with a history of its own") {
  store.create("a");
  store.post(event_for("a", "kept"));
  const turn_receipt receipt = store.commit(continuing_turn());
  CHECK(receipt.outcome == turn_outcome::committed);
  const auto loaded = store->load("a").value();
  REQUIRE(loaded.has_value());
  CHECK(loaded->inbox.at(1).id == receipt.begin_message_id);
  CHECK(store.seen("a") == "Hello 2.0.0 running, execution 2, input '\"next\"'\n"
                           "inbox event_raised kept\n"
                           "inbox start of 2\n");

  turn_commit next = turn_of("a", 1);
  next.execution = 2;
  next.history.at(0).execution = 2;
  next.consumed = {receipt.begin_message_id};
  CHECK(store.commit(next).outcome == turn_outcome::committed);
  CHECK(store->history("a", 0).value().size() == 1);
  CHECK(store->history("a", 2).value().size() == 1);
  CHECK(store->history("a", 1).value().size() == 2);
}

STORE_LAW("the turn that creates an instance may continue as new") {
  turn_commit turn = first_turn("a");
  turn.update.version = "2.0.0";
  turn.update.custom_status = "early";
  turn.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  turn.begins = execution_begin{2, "\"next\"", first_tenure};
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(store.seen("a").starts_with("Hello 2.0.0 running, execution 2, input '\"next\"'\n"));
  CHECK(store->status("a").value().custom_status_version == 1);
  turn_commit next = turn_of("a", 1);
  next.execution = 2;
  next.history.at(0).execution = 2;
  CHECK(store.commit(next).outcome == turn_outcome::committed);
}

STORE_LAW("an execution begins once") {
  store.create("a");
  CHECK(store.commit(continuing_turn()).outcome == turn_outcome::committed);
  const auto before = store.seen("a");
  CHECK(store.commit(continuing_turn()).outcome == turn_outcome::stale);
  CHECK(store.seen("a") == before);
}

STORE_LAW("an unknown instance has the status not_found, no history, and cannot be loaded") {
  CHECK(store->status("nobody").value() == instance_status{});
  CHECK(store->history("nobody", 0).value().empty());
  CHECK_FALSE(store->load("nobody").value().has_value());
}

STORE_LAW("the status tells how the instance stands") {
  store.create("a");
  instance_status expected;
  expected.life = store->lives({"a"}).value().front();
  expected.status = runtime_status::running;
  expected.orchestration = "Hello";
  expected.version = "1.0.0";
  expected.execution = 1;
  expected.created_at = moment(0);
  expected.updated_at = moment(0);
  CHECK(store->status("a").value() == expected);

  store.commit(last_turn("a", 3));
  expected.status = runtime_status::completed;
  expected.output = "\"out\"";
  expected.updated_at = moment(3);
  CHECK(store->status("a").value() == expected);
  CHECK(store->load("a").value()->status == expected);
}

STORE_LAW("the version of the custom status grows with every turn that changes it, and only then") {
  store.create("a");
  const auto change = [&](std::uint64_t event_id, std::optional<std::optional<std::string>> to) {
    turn_commit turn = turn_of("a", event_id);
    turn.update.custom_status = std::move(to);
    store.commit(turn);
    const instance_status status = store->status("a").value();
    return status.custom_status.value_or("none") + " " + std::to_string(status.custom_status_version);
  };
  CHECK(change(3, std::nullopt) == "none 0");
  CHECK(change(4, "\"busy\"") == "\"busy\" 1");
  CHECK(change(5, std::nullopt) == "\"busy\" 1");
  CHECK(change(6, "\"busy\"") == "\"busy\" 2");
  CHECK(change(7, std::optional<std::string>()) == "none 3");
}

STORE_LAW("load gives all that the next turn needs") {
  turn_commit first = first_turn("a");
  first.creates->parent = parent_link{"parent", 3, 7};
  stored_activity activity = activity_of("a", 2);
  activity.tag = "gpu";
  activity.session = "s-1";
  first.activities.push_back(activity);
  store.commit(first);
  message sent = event_for("a", "go");
  sent.data = "\"now\"";
  sent.id = store.post(sent);
  activity.key.life = sent.life = life_of(*store, "a");

  const auto loaded = store->load("a").value();
  REQUIRE(loaded.has_value());
  CHECK(loaded->instance == "a");
  CHECK(loaded->life == sent.life);
  CHECK(loaded->shard == shard_of("a", store.membership().shard_count));
  CHECK(loaded->input == "\"in\"");
  CHECK(loaded->parent == first.creates->parent);
  CHECK(loaded->history_format == limits::history_format);
  CHECK(loaded->history.at(0).packed == first.history.at(0).packed);
  CHECK(loaded->history.at(0).count == 2);
  CHECK(loaded->inbox == std::vector{sent});
  REQUIRE(loaded->activities.size() == 1);
  CHECK(loaded->activities[0].key == activity.key);
  CHECK(loaded->activities[0].name == "greet");
  CHECK(loaded->activities[0].input == "\"World\"");
  CHECK(loaded->activities[0].tag == "gpu");
  CHECK(loaded->activities[0].session == "s-1");
  CHECK(loaded->activities[0].crash_count == 0);
}

}  // namespace laws_of_executions
