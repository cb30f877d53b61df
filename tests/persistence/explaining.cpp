// What is derived from the rows of an instance, without a store.
#include "persistence/explaining.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_explaining_facts {
namespace {

using namespace duroxide;
using persistence::activity_facts;
using persistence::explain_facts;
using persistence::instance_facts;

const timestamp now{duration(100'000)};
const node_reference ada{1, "ada", true};
const node_reference grace{2, "grace", true};
const node_reference gone{3, "gone", false};

// A running instance that ada owns.
instance_facts running(std::vector<history_event> open) {
  instance_facts facts;
  facts.told.status = runtime_status::running;
  facts.told.owner = ada;
  facts.now = now;
  facts.history = open;
  facts.open = std::move(open);
  return facts;
}

history_event asked(event_kind kind, std::uint64_t id, const std::string& name) {
  history_event event;
  event.kind = kind;
  event.id = id;
  event.name = name;
  return event;
}

history_event charging(std::uint64_t id) { return asked(event_kind::activity_scheduled, id, "charge"); }

activity_facts unclaimed(std::uint64_t id) {
  activity_facts facts;
  facts.event_id = id;
  facts.is_claimable = true;
  return facts;
}

// "unclaimed: none of node 1 (ada) has claimed it: they are busy"; of the only wait.
std::string told(instance_facts facts) {
  const explanation found = explain_facts(std::move(facts));
  REQUIRE(found.waits.size() == 1);
  return std::string(to_string(found.waits[0].blocked_by)) + ": " + found.waits[0].text;
}

std::string told_of(history_event scheduled, activity_facts row) {
  instance_facts facts = running({std::move(scheduled)});
  facts.nodes = {{ada, {"weigh"}}, {grace, {"charge"}}};
  facts.activities = {std::move(row)};
  return told(std::move(facts));
}

LAW("an activity that nobody has claimed is told with the reasons that there can be") {
  CHECK(told_of(charging(2), unclaimed(2)) ==
        "unclaimed: none of node 2 (grace) has claimed it: they are busy");
  history_event special = charging(2);
  special.tag = "gpu";
  special.session = "s";
  CHECK(told_of(special, unclaimed(2)) ==
        "unclaimed: none of node 2 (grace) has claimed it: they are busy, or do not accept the tag 'gpu', or "
        "have all the sessions that they may have");
  instance_facts alone = running({charging(2)});
  alone.activities = {unclaimed(2)};
  CHECK(told(alone) == "no_node_offers: no node lives");
  alone.nodes = {{ada, {"weigh"}}};
  CHECK(told(alone) == "no_node_offers: no living node has a handler for it: not node 1 (ada)");
}

LAW("of a session it is told who has it, and whether that node can run the activity") {
  history_event asked_on = charging(2);
  asked_on.session = "s";
  activity_facts row = unclaimed(2);
  row.session_node = ada;
  CHECK(told_of(asked_on, row) ==
        "session_elsewhere: node 1 (ada) has its session 's', and has no handler for it");
  row.session_node = grace;
  CHECK(told_of(asked_on, row) ==
        "session_elsewhere: node 2 (grace) has its session 's', and has not claimed it yet");
  row.session_node = gone;
  CHECK(told_of(asked_on, row) == "session_elsewhere: node 3 (gone) has its session 's', and is gone");
  row.session_node.reset();
  row.session_owner = "blue";
  CHECK(told_of(asked_on, row) == "session_elsewhere: its session 's' is reserved for 'blue'");
}

LAW("an activity without a row, or whose row says that it is finished, is missing") {
  instance_facts facts = running({charging(2)});
  const std::string missing = "missing: no node has it, and its outcome is not in the inbox";
  CHECK(told(facts) == missing);
  facts.activities = {unclaimed(2)};
  facts.activities[0].is_finished = true;
  CHECK(told(facts) == missing);
  facts.messages = {{message_kind::activity_done, 1, 2, "", 1, now, now}};
  CHECK(told(facts) == "undelivered: it has finished, and the next turn on node 1 (ada) takes it");
}

LAW("what has arrived waits for the owner, and without one for a living node") {
  history_event timer = asked(event_kind::timer_created, 2, "");
  timer.due = now;
  instance_facts facts = running({timer});
  CHECK(told(facts) == "undelivered: it is due, and the next turn on node 1 (ada) takes it");
  facts.told.owner = gone;
  CHECK(told(facts) == "no_living_node: it is due, and node 3 (gone), which owns the instance, is gone");
  facts.told.owner.reset();
  CHECK(told(facts) == "no_living_node: it is due, and no node owns the instance");
  facts.now = now - duration(1);
  CHECK(told(facts) == "timer: it is not due yet");
}

LAW("an attempt that its timeout has ended has no error, and the one that is under way has that before") {
  history_event pause = asked(event_kind::timer_created, 4, "");
  pause.due = now + duration(1);
  pause.retry_of = 2;
  instance_facts facts = running({pause});
  history_event dropped = asked(event_kind::operation_dropped, 3, "");
  dropped.source = 2;
  facts.history = {charging(2), dropped, pause};
  CHECK(told(facts) ==
        "retry_pause: attempt 1 was stopped by its timeout; it is tried again when the pause is over");

  history_event failed = asked(event_kind::activity_failed, 3, "");
  failed.source = 2;
  failed.error = error_details{error_category::application, error_kind::activity_failed, "busy", ""};
  history_event second = charging(5);
  second.attempt = 2;
  second.retry_of = 2;
  facts = running({second});
  facts.history = {charging(2), failed, pause, second};
  const explanation found = explain_facts(std::move(facts));
  REQUIRE(found.waits.at(0).last_error);
  CHECK(found.waits[0].last_error->message == "busy");
  CHECK(found.waits[0].attempt == 2);
}

LAW("a child that has ended without an outcome in the inbox is missing") {
  history_event child = asked(event_kind::sub_orchestration_scheduled, 2, "Pay");
  child.instance = "c";
  instance_facts facts = running({child});
  facts.awaited = {{"c", runtime_status::completed, instance_state::ended, {}}};
  CHECK(told(facts) == "missing: 'c' has ended, and its outcome is not in the inbox");
  CHECK(persistence::awaited_ids(facts.open) == std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace laws_of_explaining_facts
