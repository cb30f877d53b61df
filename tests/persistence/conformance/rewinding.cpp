// Instances that are sent back in their histories: what a store does before their owners take the signals.
#include "duroxide/limits.hpp"
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_rewinds_in_stores {
namespace {

using namespace duroxide;
using namespace duroxide::conformance;

planned_rewind planned(live_store& store, const std::string& instance, bool has_ended) {
  const std::uint64_t next = has_ended ? 4 : 3;
  planned_rewind plan{instance, life_of(*store, instance), has_ended, {1, next, 1, "{}"}, {}, {}};
  message signal;
  signal.kind = message_kind::event_raised;
  signal.name = "duroxide::rewind";
  signal.data = "\"\xff\"";
  plan.messages.push_back(signal);
  message outcome;
  outcome.kind = message_kind::child_done;
  outcome.execution = 1;
  outcome.source = 2;
  plan.messages.push_back(outcome);
  return plan;
}

void end(live_store& store, const std::string& instance) {
  store.create(instance);
  turn_commit last = last_turn(instance, 3);
  last.update.output = "\"out\"";
  last.ends->output = "\"out\"";
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
}

bool rewind(live_store& store, const std::vector<planned_rewind>& what) {
  return store->administration().rewind(what, moment(9000)).value();
}

std::string kinds_of(const std::vector<message>& messages) {
  std::string text;
  for (const message& each : messages) text += std::string(to_string(each.kind)) + " ";
  return text;
}

STORE_LAW("an instance that has ended runs again, without an outcome, and has its messages in their order") {
  end(store, "a");
  planned_rewind plan = planned(store, "a", true);
  plan.input = "\"new\"";
  CHECK(rewind(store, {plan}));
  const auto loaded = store->load("a").value();
  REQUIRE(loaded);
  CHECK(loaded->status.status == runtime_status::running);
  CHECK(loaded->status.output.empty());
  CHECK_FALSE(loaded->status.error);
  CHECK(loaded->status.updated_at == moment(9000));
  CHECK(loaded->input == "\"new\"");
  CHECK(loaded->history_format == limits::history_format);
  CHECK(kinds_of(loaded->inbox) == "event_raised child_done ");
  REQUIRE(loaded->inbox.size() == 2);
  CHECK(loaded->inbox[0].data == "\"\xff\"");
  CHECK(loaded->inbox[1].source == 2);
  const execution_info execution = store->administration().executions("a", 0).value().at(0);
  CHECK(execution.status == runtime_status::running);
  CHECK_FALSE(execution.ended_at);
  CHECK_FALSE(execution.output);

  CHECK(loaded->history.back().first_event_id == 4);

  turn_commit next = turn_of("a", 5);
  next.consumed = {loaded->inbox[0].id, loaded->inbox[1].id};
  CHECK(store.commit(next).outcome == turn_outcome::committed);
  CHECK(store.commit(last_turn("a", 6)).outcome == turn_outcome::committed);
  CHECK(store->administration().executions("a", 0).value().at(0).event_count == 6);
}

STORE_LAW("one that runs only gets its messages, also while it is paused") {
  store.create("a");
  turn_commit pause = turn_of("a", 3);
  pause.problem = instance_problem{"a", life_of(*store, "a"), problem_kind::paused, moment(1000), "night"};
  store.commit(pause);
  planned_rewind plan = planned(store, "a", false);
  plan.event.first_event_id = 4;
  CHECK(rewind(store, {plan}));
  const auto loaded = store->load("a").value();
  CHECK(loaded->status.status == runtime_status::running);
  CHECK(kinds_of(loaded->inbox) == "event_raised ");
}

STORE_LAW("nothing is done if one of them is not as it was when this was planned") {
  end(store, "a");
  store.create("b");
  const planned_rewind ended = planned(store, "a", true);
  const planned_rewind running = planned(store, "b", false);
  planned_rewind wrong = running;
  SECTION("it has ended") { wrong.has_ended = true; }
  SECTION("it is in another execution") { wrong.event.execution = 2; }
  SECTION("it has another event") { store.commit(turn_of("b", 3)); }
  SECTION("it is another one") { ++wrong.life; }
  SECTION("it does not exist") { wrong.instance = "c"; }
  CHECK_FALSE(rewind(store, {ended, wrong}));
  CHECK(store->status("a").value().status == runtime_status::completed);
  CHECK(store->load("b").value()->inbox.empty());
}

STORE_LAW("a turn that was computed before an instance was rewound is not written") {
  store.create("a");
  CHECK(rewind(store, {planned(store, "a", false)}));
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::stale);
  CHECK(store.commit(turn_of("a", 4)).outcome == turn_outcome::committed);
}

STORE_LAW("the node that owns an instance finds the messages") {
  end(store, "a");
  const auto other = store.provider_for_another();
  CHECK(other->administration().rewind({planned(store, "a", true)}, moment(9000)).value());
  const auto found = store->fetch_undelivered(store.node(), {}, end_of_time, 10, {}).value();
  CHECK(kinds_of(found.messages) == "event_raised child_done ");
}

STORE_LAW(
    "a load with a rewind in the inbox tells which activities have finished, also of a paused instance") {
  store.create("a");
  turn_commit scheduling = turn_of("a", 3);
  scheduling.activities = {shared_activity("a", 3)};
  scheduling.problem = instance_problem{"a", life_of(*store, "a"), problem_kind::paused, moment(0), "night"};
  REQUIRE(store.commit(scheduling).outcome == turn_outcome::committed);
  const auto claimed = store->claim_activities(store.node(), claim_at(1000)).value();
  REQUIRE(claimed.size() == 1);
  commit_batch finished;
  finished.outcomes.push_back(outcome_of(claimed.front().key, "\"done\""));
  store.commit(finished);
  CHECK(store->load("a").value()->answered_activities.empty());
  planned_rewind plan = planned(store, "a", false);
  plan.event.first_event_id = 4;
  CHECK(rewind(store, {plan}));
  const auto loaded = store->load("a").value();
  CHECK(loaded->activities.empty());
  CHECK(loaded->answered_activities == std::vector<std::uint64_t>{3});
}

STORE_LAW("messages that a rewind gives back come before those that an earlier one has given back") {
  store.create("a");
  const auto giving_back = [](std::uint64_t event, std::vector<queued_message> messages) {
    turn_commit turn = turn_of("a", event);
    turn.history.clear();
    turn.rewound = event;
    turn.given_back = std::move(messages);
    return turn;
  };
  message last = event_for("a", "notes");
  last.kind = message_kind::enqueued;
  last.data = "4";
  store.post(last);
  store.commit(giving_back(3, {{"notes", "2"}, {"notes", "3"}}));
  store.commit(giving_back(4, {{"notes", "0"}, {"notes", "1"}}));
  std::string text;
  for (const message& each : store->fetch_queue("a", life_of(*store, "a"), "notes", 10).value().messages)
    text += each.data;
  CHECK(text == "01234");
}

}  // namespace
}  // namespace laws_of_rewinds_in_stores
