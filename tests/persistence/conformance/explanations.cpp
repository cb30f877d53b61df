// What instances wait for, as the store shows it.
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/eventually.hpp"

namespace laws_of_explanations {
namespace {

using namespace duroxide;
using namespace duroxide::conformance;
using testing_support::eventually;

// An event of a history, recorded 100 ms after the start of time for each id.
history_event event(std::uint64_t id, event_kind kind, const std::string& name = "") {
  history_event made;
  made.id = id;
  made.kind = kind;
  made.name = name;
  made.recorded_at = moment(static_cast<std::int64_t>(id) * 100);
  return made;
}

history_event outcome_event(std::uint64_t id, event_kind kind, std::uint64_t source) {
  history_event made = event(id, kind);
  made.source = source;
  return made;
}

history_event timer(std::uint64_t id, std::int64_t due) {
  history_event made = event(id, event_kind::timer_created);
  made.due = moment(due);
  return made;
}

history_event waits_for(std::uint64_t id, event_kind kind, const std::string& name,
                        const std::string& instance) {
  history_event made = event(id, kind, name);
  made.instance = instance;
  return made;
}

// As if these were the events of the history; the rows of the kit have others.
explanation explained(live_store& store, const std::string& instance, std::vector<history_event> events = {},
                      std::int64_t now = 10'000) {
  const auto read = [&](std::uint64_t first, const std::string&) {
    return first == 1 ? std::exchange(events, {}) : std::vector<history_event>();
  };
  return store->administration().explain(instance, moment(now), read).value().value();
}

// "2 activity worker_has_it; 4 timer timer".
std::string outline(const explanation& told) {
  std::string text;
  for (const open_wait& each : told.waits)
    text += (text.empty() ? "" : "; ") + std::to_string(each.event_id) + " " +
            std::string(to_string(each.kind)) + " " + std::string(to_string(each.blocked_by));
  return text;
}

std::string inbox_of(const explanation& told) {
  std::string text;
  for (const waiting_messages& each : told.inbox)
    text += (text.empty() ? "" : "; ") + std::to_string(each.count) + " " + each.kind +
            (each.name.empty() ? "" : " " + each.name);
  return text;
}

message sent_to(const std::string& instance, message_kind kind, std::uint64_t source) {
  message sent;
  sent.kind = kind;
  sent.instance = instance;
  sent.execution = 1;
  sent.source = source;
  sent.data = "1";
  sent.visible_at = moment(0);
  return sent;
}

stored_activity weighing(const std::string& instance, std::uint64_t event_id) {
  stored_activity activity = shared_activity(instance, event_id);
  activity.name = "weigh";
  return activity;
}

const std::vector<history_event> waiting_for_all{
    event(1, event_kind::orchestration_started, "Hello"),
    event(2, event_kind::activity_scheduled, "greet"),
    event(3, event_kind::activity_scheduled, "greet"),
    event(4, event_kind::activity_scheduled, "weigh"),
    timer(5, 20'000),
    event(6, event_kind::external_subscribed, "go"),
    event(7, event_kind::queue_subscribed, "notes"),
    waits_for(8, event_kind::sub_orchestration_scheduled, "Child", "c"),
    waits_for(9, event_kind::command_sent, "deposit", "@account/ada"),
    timer(10, 20'000),
    outcome_event(11, event_kind::operation_dropped, 10)};

}  // namespace

STORE_LAW("an instance that does not exist has no explanation") {
  const auto read = [](std::uint64_t, const std::string&) { return std::vector<history_event>(); };
  const auto found = store->administration().explain("unknown", moment(0), read);
  REQUIRE(found);
  CHECK_FALSE(found->has_value());
}

STORE_LAW("each thing that is waited for is told with what keeps it away, and what was dropped is not") {
  store.commit(scheduling({activity_of("a", 2), shared_activity("a", 3), weighing("a", 4)}));
  store.create("c");
  const explanation told = explained(store, "a", waiting_for_all);
  CHECK(outline(told) == "2 activity worker_has_it; 3 activity unclaimed; 4 activity no_node_offers; "
                         "5 timer timer; 6 event event; 7 queue queue; 8 child child; 9 answer missing");
  CHECK(told.state == instance_state::active);
  CHECK(told.since == moment(1100));
  CHECK(told.status == runtime_status::running);
  CHECK(told.orchestration == "Hello");
  CHECK(told.version == "1.0.0");
  CHECK(told.execution == 1);
  CHECK(told.life == life_of(*store, "a"));
  REQUIRE(told.owner);
  CHECK(*told.owner == node_reference{store.node(), "tester", true});
  CHECK(told.inbox.empty());
  REQUIRE(told.waits.size() == 8);
  CHECK(told.waits[0].since == moment(200));
  CHECK(told.waits[0].node == told.owner);
  CHECK(told.waits[2].text.find("(tester)") != std::string::npos);
  CHECK(told.waits[3].due == moment(20'000));
  CHECK(told.waits[6].instance->status == runtime_status::running);
  CHECK(told.waits[7].instance->instance == "@account/ada");
  CHECK(told.waits[7].instance->status == runtime_status::not_found);
}

STORE_LAW("what has arrived and was not taken is told as such, with the rest of the inbox") {
  store.commit(scheduling({shared_activity("a", 2), shared_activity("a", 3), weighing("a", 4)}));
  const auto claimed = store->claim_activities(store.node(), claim_at(0)).value();
  REQUIRE(claimed.size() == 2);
  commit_batch batch;
  batch.outcomes.push_back(outcome_of({"a", 1, 2}, "1"));
  store.commit(batch);
  store.post(event_for("a", "go"));
  for (int i = 0; i < 3; ++i) {
    message note = event_for("a", "notes");
    note.kind = message_kind::enqueued;
    store.post(note);
  }
  store.post(sent_to("a", message_kind::child_done, 8));
  store.post(sent_to("a", message_kind::command_done, 9));
  const explanation told = explained(store, "a", waiting_for_all, 20'000);
  CHECK(outline(told) == "2 activity undelivered; 3 activity worker_has_it; 4 activity no_node_offers; "
                         "5 timer undelivered; 6 event undelivered; 7 queue undelivered; "
                         "8 child undelivered; 9 answer undelivered");
  CHECK(told.waits[5].messages == 3);
  CHECK(inbox_of(told) ==
        "1 activity_done; 1 event_raised go; 3 enqueued notes; 1 child_done; 1 command_done");
}

STORE_LAW("an answer for an execution that is over answers nobody") {
  store.create("a");
  message late = sent_to("a", message_kind::child_done, 8);
  late.execution = 7;
  store.post(late);
  CHECK(
      outline(explained(store, "a", {waits_for(8, event_kind::sub_orchestration_scheduled, "Child", "c")})) ==
      "8 child missing");
}

STORE_LAW("the pause of a retry policy is told with the activity, the attempt and its error") {
  store.create("a");
  history_event second = event(6, event_kind::activity_scheduled, "charge");
  second.attempt = 2;
  second.retry_of = 2;
  history_event failed = outcome_event(7, event_kind::activity_failed, 6);
  failed.error = error_details{error_category::application, error_kind::activity_failed, "no money", ""};
  history_event pause = timer(8, 20'000);
  pause.attempt = 2;
  pause.retry_of = 2;
  std::vector<history_event> events{event(2, event_kind::activity_scheduled, "charge"), second, failed,
                                    pause};
  events.insert(events.begin() + 1, outcome_event(3, event_kind::activity_completed, 2));
  const explanation told = explained(store, "a", events);
  REQUIRE(outline(told) == "8 activity retry_pause");
  CHECK(told.waits[0].name == "charge");
  CHECK(told.waits[0].attempt == 2);
  CHECK(told.waits[0].due == moment(20'000));
  REQUIRE(told.waits[0].last_error);
  CHECK(told.waits[0].last_error->message == "no money");
  CHECK(outline(explained(store, "a", events, 20'000)) == "8 activity undelivered");
}

STORE_LAW("an activity whose session another node has is told with that node") {
  const other_node worker(store);
  stored_activity first = shared_activity("a", 2);
  first.session = "s";
  store.commit(scheduling({first}));
  REQUIRE(worker->claim_activities(worker.node(), claim_at(0)).value().size() == 1);
  stored_activity second = shared_activity("b", 2);
  second.session = "s";
  store.commit(scheduling({second}));
  history_event asked = event(2, event_kind::activity_scheduled, "greet");
  asked.session = "s";
  const explanation told = explained(store, "b", {asked});
  REQUIRE(outline(told) == "2 activity session_elsewhere");
  REQUIRE(told.waits[0].node);
  CHECK(told.waits[0].node->node == worker.node());
  CHECK(told.waits[0].text.find("'s'") != std::string::npos);
}

STORE_LAW("an activity with a heartbeat is running, and one whose node is gone is not") {
  other_node worker(store);
  store.commit(scheduling({shared_activity("a", 2)}));
  REQUIRE(worker->claim_activities(worker.node(), claim_at(0)).value().size() == 1);
  commit_batch batch;
  batch.progress.push_back({{"a", 1, 2}, "\"half\"", moment(5)});
  REQUIRE(worker.writer().commit(batch));
  const std::vector<history_event> events{event(2, event_kind::activity_scheduled, "greet")};
  const explanation told = explained(store, "a", events);
  REQUIRE(outline(told) == "2 activity worker_running");
  CHECK(told.waits[0].node->node == worker.node());
  if (!store.store().is_shared()) return;
  worker.die();
  CHECK(eventually([&] { return outline(explained(store, "a", events)) == "2 activity no_living_node"; }));
}

STORE_LAW("a problem stalls every wait, and is told of a child to its parent") {
  for (const char* instance : {"a", "c"}) store.create(instance);
  commit_batch batch;
  batch.problems.push_back({"c", 0, problem_kind::mismatch, moment(3000), "other code"});
  store.commit(batch);
  const explanation child = explained(store, "c", {event(2, event_kind::external_subscribed, "go")});
  CHECK(child.state == instance_state::stalled);
  CHECK(child.since == moment(3000));
  REQUIRE(child.problem);
  CHECK(child.problem->detail == "other code");
  CHECK(outline(child) == "2 event stalled");
  const explanation parent =
      explained(store, "a", {waits_for(2, event_kind::sub_orchestration_scheduled, "Child", "c")});
  REQUIRE(outline(parent) == "2 child child");
  REQUIRE(parent.waits[0].instance->problem);
  CHECK(parent.waits[0].instance->state == instance_state::stalled);
  CHECK(parent.waits[0].instance->problem->kind == problem_kind::mismatch);
  CHECK(parent.state == instance_state::active);
}

STORE_LAW("a pause holds every wait, and is told of a child to its parent") {
  for (const char* instance : {"a", "c"}) store.create(instance);
  turn_commit turn = turn_of("c", 3);
  turn.problem =
      instance_problem{"c", store->load("c").value()->life, problem_kind::paused, moment(3000), "inventory"};
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  const explanation child = explained(store, "c", {event(2, event_kind::external_subscribed, "go")});
  CHECK(child.state == instance_state::paused);
  CHECK(child.since == moment(3000));
  CHECK(outline(child) == "2 event paused");
  const explanation parent =
      explained(store, "a", {waits_for(2, event_kind::sub_orchestration_scheduled, "Child", "c")});
  REQUIRE(outline(parent) == "2 child child");
  CHECK(parent.waits[0].instance->state == instance_state::paused);
  CHECK(parent.waits[0].text == "'c' is paused: inventory");
}

STORE_LAW("what has not begun says when it begins, and what has ended waits for nothing") {
  commit_batch batch;
  instance_start later = start_of("later");
  later.start_at = moment(50'000);
  batch.starts.push_back({later});
  store.commit(batch);
  const explanation told = explained(store, "later");
  CHECK(told.state == instance_state::not_started);
  CHECK(told.status == runtime_status::pending);
  CHECK(told.since == moment(0));
  CHECK(told.starts_at == moment(50'000));
  CHECK(told.inbox.empty());
  const explanation due = explained(store, "later", {}, 50'000);
  CHECK_FALSE(due.starts_at);
  CHECK(inbox_of(due) == "1 start");

  store.create("ended");
  store.commit(last_turn("ended", 3));
  const explanation ended = explained(store, "ended", waiting_for_all);
  CHECK(ended.state == instance_state::ended);
  CHECK(ended.since == moment(3));
  CHECK(ended.waits.empty());
}

STORE_LAW("a history that cannot be read is noted, and the rest is told") {
  store.create("a");
  store.post(event_for("a", "go"));
  const auto read = [](std::uint64_t, const std::string&) -> std::vector<history_event> {
    throw std::invalid_argument("it is no history");
  };
  const explanation told = store->administration().explain("a", moment(0), read).value().value();
  CHECK(told.unreadable == "history: it is no history");
  CHECK(told.status == runtime_status::running);
  CHECK(inbox_of(told) == "1 event_raised go");
}

}  // namespace laws_of_explanations
