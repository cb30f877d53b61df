// Rows that the store does not take, and rows that become visible in another order than they were made.
#include "persistence/postgres/conninfo.hpp"
#include "persistence/postgres/failures.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_rows_refused {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::private_server;

namespace {

std::string outcomes_of(const batch_receipt& receipt) {
  std::string text;
  for (const auto& each : receipt.turns) {
    batch_receipt one;
    one.turns.push_back(each);
    text += (text.empty() ? "" : " ") + outcome_of_commit(one);
  }
  return text;
}

turn_commit with_history(turn_commit turn, const std::string& packed) {
  turn.history.at(0).packed = packed;
  return turn;
}

// Makes the server look at each row of history that is written.
void refuse_history(const lone_node& node, const std::string& statement) {
  raw_session beside = node.beside();
  beside.run("create function refuse() returns trigger language plpgsql as $$ begin " + statement +
             "; return new; end $$");
  beside.run("create trigger refuse before insert on history for each row execute function refuse()");
}

// Makes the server fail when a statement writes so many rows.
void refuse_many(const lone_node& node, const std::string& table, const std::string& state, int rows = 2) {
  raw_session beside = node.beside();
  beside.run("create function refuse_many() returns trigger language plpgsql as $$ begin "
             "if (select count(*) from added) >= " +
             std::to_string(rows) + " then raise 'too much' using errcode = '" + state +
             "'; end if; return null; end $$");
  beside.run("create trigger refuse_many after insert on " + table +
             " referencing new table as added for each statement execute function refuse_many()");
}

struct reader {
  const lone_node& node;
  std::string position{};

  std::string next(timestamp until = end_of_time, std::size_t limit = 100) {
    std::string text;
    for (bool more = true; more;) {
      const undelivered_page page = node->fetch_undelivered(node.node(), position, until, limit, {}).value();
      position = page.position;
      more = page.more;
      if (!page.messages.empty()) text += (text.empty() ? "" : " ") + outline(page.messages);
    }
    return text;
  }
};

// A transaction of somebody else that has drawn its ids and is not committed.
struct slow_sender {
  raw_session session;

  slow_sender(const lone_node& node, const std::string& name, std::int64_t due = 0) : session(node.beside()) {
    session.run("begin; insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, "
                "visible_at, name, data) select key, shard, id, 'event_raised', 0, 0, 0, " +
                std::to_string(moment(due).time_since_epoch().count()) + ", '" + name +
                "', '' from instances where id = 'a'");
  }
  void commit() { session.run("commit"); }
};

}  // namespace

LAW("a turn that the store can never take is left out with its reason, and all others are written") {
  const std::string nul = std::string("{\"x\":\"") + '\0' + "\"}";
  for (const std::string& packed : {nul, std::string("{\"x\":\"\xff\"}")}) {
    const lone_node node;
    REQUIRE(node.outcome(first_turn("old")) == "committed");
    commit_batch batch = batch_of({first_turn("a"), with_history(first_turn("b"), packed), turn_of("old", 3),
                                   with_history(turn_of("old", 4), packed), first_turn("c")});
    batch.posts.push_back({event_for("old", "go")});
    const auto written = node.writer().commit(batch).value();
    CHECK(outcomes_of(written) == "committed unwritable committed unwritable committed");
    CHECK(has(written.turns.at(1).why, "invalid byte sequence for encoding \"UTF8\""));
    CHECK(written.posts.at(0).outcome == post_outcome::accepted);
    CHECK(node->status("b").value().status == runtime_status::not_found);
    CHECK(node->history("old", 0).value().size() == 2);
    CHECK(node.outcome(turn_of("old", 4)) == "committed");
    // A transaction for each that was written, for what is no turn, and for the two turns before and after.
    CHECK(node.beside().number("select commit_seq from writers") == 6);
  }
}

LAW("a start and a message that the store can never take are refused, and all others are written") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("old")) == "committed");
  commit_batch batch = batch_of({first_turn("a")});
  for (const auto* instance : {"good", "bad", "fine"}) {
    instance_start& start = batch.starts.emplace_back();
    start.instance = instance;
    start.orchestration = std::string_view(instance) == "bad" ? "\xff" : "o";
  }
  for (const auto* name : {"one", "\xff", "two"}) batch.posts.push_back({event_for("old", name)});
  const auto written = node.writer().commit(batch).value();
  CHECK(outcomes_of(written) == "committed");
  CHECK(written.started == std::vector<bool>{true, false, true});
  CHECK(written.refused_starts.at(0).empty());
  CHECK(has(written.refused_starts.at(1), "invalid byte sequence"));
  CHECK(node->status("bad").value().status == runtime_status::not_found);
  CHECK(node->status("fine").value().status == runtime_status::pending);
  CHECK(written.posts.at(0).outcome == post_outcome::accepted);
  CHECK(written.posts.at(1).outcome == post_outcome::unwritable);
  CHECK(has(written.posts.at(1).why, "invalid byte sequence"));
  CHECK(written.posts.at(2).message_id > written.posts.at(0).message_id);
  CHECK(outline(node->load("old").value()->inbox) == "one two");
  CHECK(node.outcome(turn_of("old", 3)) == "committed");
}

LAW("a row that is too large for an index is unwritable") {
  const lone_node node;
  // Not compressible, so that the index cannot hold it.
  std::string key;
  for (std::uint32_t i = 1; key.size() < 20'000; i = i * 1664525 + 1013904223) key += std::to_string(i);
  turn_commit turn = first_turn("a");
  turn.kv = {{key, "1", moment(1)}};
  const auto written = node.writer().commit(batch_of({turn, first_turn("b")})).value();
  CHECK(outcomes_of(written) == "unwritable committed");
  CHECK(has(written.turns.at(0).why, "index"));
}

LAW("a turn that asks the server for more than a gigabyte is unwritable, and all others are written") {
  const lone_node node;
  // A regular expression takes four bytes for each of the text.
  refuse_history(node, "if new.packed like '%large%' then perform repeat('x', 270000000) ~ 'y'; end if");
  const auto written =
      node.writer()
          .commit(batch_of({first_turn("a"), with_history(first_turn("b"), "large"), first_turn("c")}))
          .value();
  CHECK(outcomes_of(written) == "committed unwritable committed");
  CHECK(has(written.turns.at(1).why, "invalid memory alloc request size"));
}

LAW("what is too large for one statement is refused before it is sent") {
  const lone_node node;
  persistence::postgres::connection session(
      persistence::postgres::conninfo(private_server().url(), {}).for_new_connection());
  persistence::postgres::parameters large;
  large.add_encoded(std::string(std::size_t{1} << 30U, 'x'));
  CHECK_THROWS_AS(session.run_with("select length($1::text)", large), persistence::postgres::rows_refused);
  CHECK(session.value<int>("select 1") == 1);
}

LAW("turns that need more memory together than the server has are written one by one") {
  const lone_node node;
  refuse_many(node, "history", "53200");
  const auto written =
      node.writer().commit(batch_of({first_turn("a"), first_turn("b"), first_turn("c")})).value();
  CHECK(outcomes_of(written) == "committed committed committed");
}

LAW("a turn that needs more memory than the server has is left out until there is enough") {
  const lone_node node;
  refuse_history(node,
                 "if new.packed like '%large%' then raise 'out of memory' using errcode = '53200'; end if");
  const auto large = with_history(first_turn("b"), "large");
  const auto written = node.writer().commit(batch_of({first_turn("a"), large})).value();
  CHECK(outcomes_of(written) == "committed unwritable");
  node.beside().run("drop trigger refuse on history");
  CHECK(node.outcome(large) == "committed");
}

LAW("what clients send is written one by one if it is too much at once") {
  for (const std::string state : {"53200", "54000"}) {
    const lone_node node;
    for (const auto* id : {"a", "b"}) REQUIRE(node.outcome(first_turn(id)) == "committed");
    refuse_many(node, "inbox", state);
    commit_batch batch = batch_of({turn_of("a", 3)});
    batch.starts = {start_of("new"), start_of("a")};
    batch.posts = {{event_for("a", "one")}, {event_for("b", "two")}, {event_for("nobody", "three")}};
    const auto written = node.writer().commit(batch).value();
    CHECK(outcomes_of(written) == "committed");
    CHECK(written.started.at(0));
    CHECK_FALSE(written.started.at(1));
    CHECK(written.posts.at(0).outcome == post_outcome::accepted);
    CHECK(written.posts.at(1).outcome == post_outcome::accepted);
    CHECK(written.posts.at(2).outcome == post_outcome::not_found);
    CHECK(node.beside().number("select count(*) from inbox") == 3);
  }
}

LAW("a server that is short of memory is not broken for what is no batch") {
  const lone_node node;
  refuse_many(node, "inbox", "53200", 1);
  const auto posted = node->start(start_of("a"));
  REQUIRE_FALSE(posted.has_value());
  CHECK(posted.error().certainty == commit_certainty::not_done);
  CHECK(has(posted.error().message, "short of memory; it is tried again"));
}

LAW("turns that are stale are left out, and all others of the batch are written") {
  const lone_node node;
  for (const auto* id : {"a", "b", "c"}) REQUIRE(node.outcome(first_turn(id)) == "committed");
  turn_commit consumes = turn_of("b", 3);
  consumes.consumed = {4711};
  turn_commit finishes = turn_of("c", 3);
  finishes.finished_activities = {4711};
  const auto written = node.writer()
                           .commit(batch_of({turn_of("a", 7), consumes, finishes, turn_of("missing", 3),
                                             first_turn("d"), first_turn("a")}))
                           .value();
  CHECK(outcomes_of(written) == "stale stale stale stale committed already_exists");
  CHECK(outcomes_of(
            node.writer().commit(batch_of({turn_of("a", 3), turn_of("b", 3), turn_of("c", 3)})).value()) ==
        "committed committed committed");
}

LAW("turns of one instance in one batch build on each other") {
  const lone_node node;
  const auto written = node.writer()
                           .commit(batch_of({first_turn("a"), turn_of("a", 3), first_turn("b"),
                                             turn_of("a", 4), turn_of("a", 4), last_turn("a", 5)}))
                           .value();
  CHECK(outcomes_of(written) == "committed committed committed committed stale committed");
  CHECK(node->history("a", 0).value().size() == 4);
  CHECK(node->status("a").value().status == runtime_status::completed);
}

LAW("messages that become visible out of the order of their ids are brought once each") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  reader undelivered{node};
  CHECK(undelivered.next() == "");
  slow_sender slow(node, "slow");
  slow_sender slower(node, "slower");
  REQUIRE(node->post(event_for("a", "quick")).has_value());
  CHECK(undelivered.next() == "quick");
  slow.commit();
  CHECK(undelivered.next() == "slow");
  REQUIRE(node->post(event_for("a", "later")).has_value());
  slower.commit();
  CHECK(undelivered.next() == "slower later");
  CHECK(undelivered.next() == "");
  CHECK(reader{node}.next() == "slow slower quick later");
}

LAW("a message that becomes visible between two pages comes once, with the step after") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  slow_sender slow(node, "slow");
  for (const auto* name : {"one", "two", "three"}) REQUIRE(node->post(event_for("a", name)).has_value());
  reader undelivered{node};
  const undelivered_page first = node->fetch_undelivered(node.node(), "", end_of_time, 2, {}).value();
  CHECK(outline(first.messages) == "one two");
  CHECK(first.more);
  slow.commit();
  undelivered.position = first.position;
  CHECK(undelivered.next(end_of_time, 2) == "three");
  CHECK(undelivered.next(end_of_time, 2) == "slow");
  CHECK(undelivered.next(end_of_time, 2) == "");
}

LAW("messages that come due and messages that become visible are brought once each while time goes on") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  reader undelivered{node};
  slow_sender due_late(node, "due-late", 300);
  slow_sender due_soon(node, "due-soon", 100);
  message later = event_for("a", "later");
  later.visible_at = moment(200);
  REQUIRE(node->post(later).has_value());
  CHECK(undelivered.next(moment(50)) == "");
  CHECK(undelivered.next(moment(150)) == "");
  due_soon.commit();
  CHECK(undelivered.next(moment(150)) == "due-soon");
  CHECK(undelivered.next(moment(250)) == "later");
  due_late.commit();
  CHECK(undelivered.next(moment(250)) == "");
  CHECK(undelivered.next(moment(350)) == "due-late");
  CHECK(undelivered.next(moment(1000)) == "");
}

LAW("messages whose transaction fails are never brought, and keep nobody back") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  reader undelivered{node};
  slow_sender fails(node, "never");
  REQUIRE(node->post(event_for("a", "one")).has_value());
  CHECK(undelivered.next() == "one");
  fails.session.run("rollback");
  REQUIRE(node->post(event_for("a", "two")).has_value());
  CHECK(undelivered.next() == "two");
}

LAW("messages of a restored dump, from transactions that this server has not had, are found after a join") {
  lone_node before;
  REQUIRE(before.outcome(first_turn("a")) == "committed");
  for (const auto* name : {"one", "two"}) REQUIRE(before->post(event_for("a", name)).has_value());
  before.beside().run("update inbox set written_by = '999999999'");
  before.die();

  const lone_node after(private_server().url(), before.schema());
  reader undelivered{after};
  CHECK(undelivered.next() == "one two");
  REQUIRE(after->post(event_for("a", "three")).has_value());
  CHECK(undelivered.next() == "three");
  CHECK(after.beside().number("select count(*) from inbox where written_by >= '999999999'") == 0);
}

}  // namespace laws_of_rows_refused
