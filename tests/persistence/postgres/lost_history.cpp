// A server that comes back without the last commits, under providers that stay.
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_lost_history {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::eventually;
using testing_support::private_server;

namespace {

template <class T> std::string certainty_of(const stored<T>& answer) {
  return answer ? "done" : to_string(answer.error().certainty);
}

void post(const lone_node& node, const std::string& name) {
  REQUIRE(node->post(event_for("a", name)).value() == post_outcome::accepted);
}

std::string undelivered_of(const lone_node& node, std::string& position) {
  undelivered_page page = node->fetch_undelivered(node.node(), position, end_of_time, 10, {}).value();
  position = page.position;
  return outline(page.messages);
}

std::string newest_message(const lone_node& node) {
  return node.beside().run("select id || ' ' || written_by from inbox order by id desc limit 1");
}

bool is_alive(const lone_node& node) {
  return node.beside().run("select state from nodes where id = " + std::to_string(node.node())) == "alive";
}

bool holds_its_lock(const lone_node& node) {
  return node.beside().number(
             "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and "
             "granted and objid = " +
             std::to_string(node.node()) + "::oid") > 0;
}

}  // namespace

LAW("a node that knows of commits which the server has lost is fenced, whatever it does") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  private_server().keep_copy();
  post(node, "lost");
  std::string position;
  REQUIRE(undelivered_of(node, position) == "lost");
  private_server().go_back();
  const std::uint64_t id = node.node();
  CHECK(certainty_of(node->fetch_undelivered(id, position, end_of_time, 10, {})) == "fenced");
  CHECK(node.outcome(turn_of("a", 3)) == "fenced");
  CHECK(node.outcome(turn_of("a", 3)) == "fenced");
  CHECK(certainty_of(node->fetch_due(id, moment(0), end_of_time, 10)) == "fenced");
  CHECK(certainty_of(node->fetch_activities(id, {0}, std::nullopt, 10)) == "fenced");
  CHECK(certainty_of(node->claim_activities(id, claim_at(0))) == "fenced");
  CHECK(certainty_of(node->release_activities(id, {{"a", 1, 1}})) == "fenced");
  CHECK(certainty_of(node->lost_activities(id, {{"a", 1, 1}})) == "fenced");
  CHECK(certainty_of(node->release_shards(id, {0})) == "fenced");
  CHECK(certainty_of(node->relocate(id, "a", {"Hello", "", 1})) == "fenced");
  CHECK(certainty_of(node->open_writer(id, 1)) == "fenced");
  CHECK(node->next_heartbeat_in(id) == duration(0));
  const auto heartbeat = node->heartbeat(id);
  CHECK(certainty_of(heartbeat) == "fenced");
  CHECK(has(heartbeat.error().message, "came back without commits"));
  CHECK(node->status("a").value().status == runtime_status::running);
}

LAW("a node that waits for news wakes when the server has lost commits, and is then told") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  private_server().keep_copy();
  REQUIRE(node.outcome(turn_of("a", 3)) == "committed");
  const auto watch = node->watch(watch_scope::others).value();
  REQUIRE_FALSE(node->next_heartbeat_in(node.node()).has_value());
  private_server().go_back();
  CHECK(eventually([&] { return watch->wait(duration(100)) && node->next_heartbeat_in(node.node()); }));
  CHECK(certainty_of(node->heartbeat(node.node())) == "fenced");
}

LAW("what another lane has written and the server has lost is noticed by all") {
  const lone_node node;
  const auto idle = node->open_writer(node.node(), 1).value();
  private_server().keep_copy();
  REQUIRE(outcome_of_commit(idle->commit(batch_of({first_turn("a")}))) == "committed");
  private_server().go_back();
  CHECK(node.outcome(first_turn("b")) == "fenced");
  CHECK(outcome_of_commit(idle->commit(batch_of({turn_of("a", 3)}))) == "fenced");
}

LAW("activities that were claimed by a claim that is lost are not the node's any more") {
  const lone_node node;
  REQUIRE(node.outcome(scheduling({shared_activity("a", 2)})) == "committed");
  REQUIRE(outline(node->claim_activities(node.node(), claim_at(0)).value()) == "a2");
  REQUIRE(node->release_activities(node.node(), {{"a", 1, 2}}).has_value());
  private_server().keep_copy();
  REQUIRE(outline(node->claim_activities(node.node(), claim_at(0)).value()) == "a2");
  private_server().go_back();
  CHECK(node.outcome(turn_of("a", 3)) == "fenced");
  REQUIRE(node->leave(node.node()).has_value());
  const lone_node next(private_server().url(), node.schema());
  CHECK(outline(next->claim_activities(next.node(), claim_at(0)).value()) == "a2");
}

LAW("what a server accepts is found, although it gave the ids before to what it has lost") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  private_server().keep_copy();
  post(node, "lost");
  std::string position;
  REQUIRE(undelivered_of(node, position) == "lost");
  const std::string before = newest_message(node);
  private_server().go_back();
  raw_session beside = node.beside();
  beside.run("select setval('inbox_id_seq', (select max(id) + 1 from inbox), false)");
  const std::string xid = before.substr(before.find(' ') + 1);
  // As many transactions as it takes.
  while (std::stoll(beside.run("select pg_current_xact_id()")) < std::stoll(xid) - 2) continue;
  post(node, "accepted");
  CHECK(newest_message(node).substr(0, before.find(' ')) == before.substr(0, before.find(' ')));
  REQUIRE(node->leave(node.node()).has_value());
  const auto joined = node->join({"tester", {"Hello"}, {"greet"}, true}).value();
  CHECK(joined.node > node.node());
  CHECK(joined.shards.size() == joined.shard_count);
  const auto page = node->fetch_undelivered(joined.node, "", end_of_time, 10, {}).value();
  CHECK(outline(page.messages) == "accepted");
  const auto writer = node->open_writer(joined.node, 0).value();
  CHECK(outcome_of_commit(writer->commit(batch_of({turn_of("a", 3)}))) == "committed");
}

LAW("a node of a lost history leaves another one alone that has got its number") {
  const lone_node first;
  private_server().keep_copy();
  const lone_node lost(private_server().url(), first.schema());
  private_server().go_back();
  REQUIRE(first->heartbeat(first.node()).has_value());
  REQUIRE(eventually([&] { return holds_its_lock(first); }));  // else it may be expired in five seconds
  first.beside().run("select setval(pg_get_serial_sequence('nodes', 'id'), " + std::to_string(lost.node()) +
                     ", false)");
  const lone_node next(private_server().url(), first.schema());
  REQUIRE(next.node() == lost.node());
  CHECK(lost.outcome(first_turn("a")) == "fenced");
  CHECK(lost->leave(lost.node()).has_value());
  CHECK(is_alive(next));
  CHECK(next.outcome(first_turn("a")) == "committed");
  const auto heartbeat_result = first->heartbeat(first.node());
  CHECK((heartbeat_result ? "" : heartbeat_result.error().message) == std::string());
  CHECK(is_alive(next));
}

LAW("a standby that lagged behind has lost commits when it is promoted; one that did not has not") {
  for (const bool lagged : {true, false}) {
    INFO(lagged);
    const lone_node node;
    REQUIRE(node.outcome(first_turn("a")) == "committed");
    private_server().keep_copy();
    if (lagged) REQUIRE(node.outcome(turn_of("a", 3)) == "committed");
    private_server().go_back(true);
    CHECK(node.outcome(turn_of("a", 5)) == "not_done");
    REQUIRE(node.beside().run("select pg_promote()") == "t");
    const std::string expected = lagged ? "fenced" : "committed";
    CHECK(eventually([&] { return node.outcome(turn_of("a", lagged ? 5 : 3)) == expected; }));
  }
}

LAW("restarts after which nothing is missing disturb nobody") {
  const lone_node node;
  const auto idle = node->open_writer(node.node(), 1).value();
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  std::string position;
  std::uint64_t event = 3;
  for (const char* mode : {"fast", "immediate", "immediate", "fast"}) {
    INFO(mode);
    post(node, "before");
    REQUIRE(undelivered_of(node, position) == "before");
    REQUIRE(outcome_of_commit(idle->commit(batch_of({first_turn(mode + std::to_string(event))}))) ==
            "committed");
    REQUIRE(node.outcome(turn_of("a", event++)) == "committed");
    private_server().restart(mode);
    CHECK(undelivered_of(node, position) == "");
    CHECK(node.outcome(turn_of("a", event++)) == "committed");
    CHECK(node->heartbeat(node.node()).has_value());
  }
  CHECK(node.beside().number("select count(distinct mark) from server_runs") == 5);
}

}  // namespace laws_of_lost_history
