// Sessions that are lost: between commits, in the middle of one, and by a node that was expired.
#include "tests/persistence/postgres/kit.hpp"
#include "tests/support/postgres_proxy.hpp"

namespace laws_of_lost_connections {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::eventually;
using testing_support::postgres_proxy;
using testing_support::private_server;

namespace {

constexpr duration deadline = std::chrono::seconds(20);

// The message by which the driver ends a transaction.
const std::string commit_message("Q\0\0\0\013commit\0", 12);

struct node_behind_proxy {
  postgres_proxy proxy{private_server()};
  lone_node node{proxy.url()};
  raw_session eyes = node.beside();

  node_behind_proxy() { REQUIRE(node.outcome(first_turn("a")) == "committed"); }
  int commits() { return eyes.number("select commit_seq from writers where node = " + id()); }
  int events() { return eyes.number("select sum(count) from history"); }
  std::string id() const { return std::to_string(node.node()); }
};

turn_commit marked(turn_commit turn, const std::string& mark) {
  turn.update.custom_status = std::optional<std::string>(mark);
  return turn;
}

commit_batch two_turns(const std::string& mark) {
  return batch_of({turn_of("a", 3), marked(turn_of("a", 4), mark)});
}

bool wakes(change_watch& watch) {
  const auto begin = std::chrono::steady_clock::now();
  watch.wait(deadline);
  return std::chrono::steady_clock::now() - begin < deadline;
}

}  // namespace

LAW("sessions that end between commits are made again, and nothing is written twice or not at all") {
  const lone_node node;
  raw_session eyes = node.beside();
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  for (std::uint64_t event = 3; event < 6; ++event) {
    node.lose_sessions();
    CHECK(node.outcome(turn_of("a", event)) == "committed");
    CHECK(eyes.number("select commit_seq from writers") == static_cast<int>(event) - 1);
    CHECK(eyes.number("select sum(count) from history") == static_cast<int>(event));
  }
}

LAW("whatever is asked for first after sessions have ended is done") {
  const lone_node node;
  REQUIRE(node.outcome(scheduling({activity_of("a", 1), shared_activity("a", 2)})) == "committed");
  const std::vector<std::function<bool()>> questions{
      [&] { return node->status("a").has_value(); },
      [&] { return node->load("a").has_value(); },
      [&] { return node->fetch_undelivered(node.node(), "", end_of_time, 10, {}).has_value(); },
      [&] { return node->post(event_for("a", "go")).has_value(); },
      [&] { return node->start(start_of("b")).has_value(); },
      [&] { return node->claim_activities(node.node(), claim_at(0)).has_value(); },
      [&] {
        return node->lost_activities(node.node(), {{"a", 1, 2}}).has_value();
      },
      [&] {
        return node->release_activities(node.node(), {{"a", 1, 2}}).has_value();
      },
      [&] { return node->heartbeat(node.node()).has_value(); },
      [&] { return node->watch(watch_scope::others).has_value(); },
      [&] { return node->open_writer(node.node(), 1).has_value(); },
      [&] {
        return node->join({"more", {}, {}, true}).has_value();
      },
  };
  for (const auto& each : questions) {
    each();
    node.lose_sessions();
    INFO("question " << &each - questions.data());
    CHECK(each());
  }
  raw_session eyes = node.beside();
  CHECK(eyes.number("select count(*) from inbox where name = 'go'") == 2);
}

LAW("a commit that never reached the server is written once, without a word") {
  node_behind_proxy setup;
  setup.proxy.lose_request("here");
  CHECK(setup.node.outcome(marked(turn_of("a", 3), "here")) == "committed");
  CHECK(setup.proxy.losses() == 1);
  CHECK(setup.commits() == 2);
  CHECK(setup.events() == 3);
}

LAW("a commit that was written while its answer was lost is unknown, and the writer goes on") {
  node_behind_proxy setup;
  setup.proxy.lose_answer("here");
  const auto written = setup.node.commit(marked(turn_of("a", 3), "here"));
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().certainty == commit_certainty::unknown);
  CHECK(written.error().kind == error_kind::store_unavailable);
  CHECK(has(written.error().message, "commit: postgresql://"));
  CHECK(has(written.error().message, "the connection was lost in the middle of a commit"));
  CHECK(setup.proxy.losses() == 1);
  CHECK(setup.commits() == 2);
  CHECK(setup.events() == 3);
  CHECK(setup.node.outcome(turn_of("a", 3)) == "stale");
  CHECK(setup.node.outcome(turn_of("a", 4)) == "committed");
  CHECK(setup.events() == 4);
}

LAW("a commit that is in doubt stays so while nobody can be asked, and is then found out") {
  for (const bool was_written : {true, false}) {
    node_behind_proxy setup;
    const turn_commit turn = marked(turn_of("a", 3), "here");
    setup.proxy.turn_away(true);
    if (was_written) {
      setup.proxy.lose_answer("here");
    } else {
      setup.proxy.lose_request("here");
    }
    for (int tries = 0; tries < 3; ++tries) CHECK(setup.node.outcome(turn) == "not_done");
    CHECK(setup.events() == (was_written ? 3 : 2));
    setup.proxy.turn_away(false);
    CHECK(setup.node.outcome(turn) == (was_written ? "unknown" : "committed"));
    CHECK(setup.commits() == 2);
    CHECK(setup.events() == 3);
  }
}

LAW("a commit that waits for a lock while its client is cut off is waited for, and unknown") {
  node_behind_proxy setup;
  raw_session other = setup.node.beside();
  other.run("begin; select 1 from instances where id = 'a' for update");
  setup.proxy.cut_after_request("here");
  auto outcome =
      std::async(std::launch::async, [&] { return setup.node.outcome(marked(turn_of("a", 3), "here")); });
  REQUIRE(eventually([&] { return waits_for_lock(setup.eyes, "select fenced"); }));
  REQUIRE(eventually([&] { return waits_for_lock(setup.eyes, "insert into writers"); }));
  other.run("commit");
  CHECK(outcome.get() == "unknown");
  CHECK(setup.commits() == 2);
  CHECK(setup.events() == 3);
}

LAW("a commit whose session is ended while it waits for a lock is written once") {
  node_behind_proxy setup;
  raw_session other = setup.node.beside();
  other.run("begin; select 1 from instances where id = 'a' for update");
  auto outcome = std::async(std::launch::async, [&] { return setup.node.outcome(turn_of("a", 3)); });
  REQUIRE(eventually([&] { return waits_for_lock(setup.eyes, "select fenced"); }));
  setup.node.lose_sessions();
  REQUIRE(eventually([&] { return waits_for_lock(setup.eyes, "select fenced"); }));
  other.run("commit");
  CHECK(outcome.get() == "committed");
  CHECK(setup.commits() == 2);
  CHECK(setup.events() == 3);
}

LAW("turns that are written one by one are as certain as those that are written at once") {
  for (const bool was_written : {true, false}) {
    node_behind_proxy setup;
    if (was_written) {
      setup.proxy.lose_answer("here");
    } else {
      setup.proxy.lose_request("here");
    }
    const auto written = setup.node.writer().commit(two_turns("here"));
    CHECK(setup.proxy.losses() == 1);
    CHECK(outcome_of_commit(written) == (was_written ? "unknown" : "committed"));
    CHECK(setup.commits() == 3);
    CHECK(setup.events() == 4);
  }
}

LAW("what a client sent without hearing of it is unknown, and is not sent twice") {
  node_behind_proxy setup;
  setup.proxy.lose_answer("posted");
  const auto posted = setup.node->post(event_for("a", "posted"));
  REQUIRE_FALSE(posted.has_value());
  CHECK(posted.error().certainty == commit_certainty::unknown);
  CHECK(setup.eyes.number("select count(*) from inbox where name = 'posted'") == 1);
  setup.proxy.lose_answer("the-second");
  const auto started = setup.node->start(start_of("the-second"));
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().certainty == commit_certainty::unknown);
  CHECK_FALSE(setup.node->start(start_of("the-second")).value());
}

LAW("an answer that is lost on its way to a reader is asked for again") {
  node_behind_proxy setup;
  setup.node->status("never-mind").value();
  setup.proxy.lose_answer("unheard");
  CHECK(setup.node->status("unheard").value().status == runtime_status::not_found);
  CHECK(setup.proxy.losses() == 1);
  setup.proxy.turn_away(true);
  setup.proxy.lose_answer("silence");
  const auto refused = setup.node->status("silence");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::not_done);
}

LAW("activities whose claim was not heard of can be claimed") {
  for (const std::string& lost : {std::string("greet"), std::string("a.instance_key = k.life")}) {
    node_behind_proxy setup;
    REQUIRE(setup.node.outcome(scheduling({shared_activity("b", 1)})) == "committed");
    setup.proxy.lose_answer(lost);
    const auto unheard = setup.node->claim_activities(setup.node.node(), claim_at(0));
    CHECK(setup.proxy.losses() == 1);
    if (unheard) {
      CHECK(outline(unheard.value()) == "b1");
      continue;
    }
    CHECK(unheard.error().certainty == commit_certainty::not_done);
    CHECK(outline(setup.node->claim_activities(setup.node.node(), claim_at(0)).value()) == "b1");
  }
}

LAW("activities that were claimed unheard while the server went away are there when it is") {
  node_behind_proxy setup;
  REQUIRE(setup.node.outcome(scheduling({shared_activity("b", 1)})) == "committed");
  setup.proxy.lose_answer("greet");
  setup.proxy.turn_away(true);
  CHECK(setup.node->claim_activities(setup.node.node(), claim_at(0)).error().certainty ==
        commit_certainty::not_done);
  CHECK(setup.node->claim_activities(setup.node.node(), claim_at(0)).error().certainty ==
        commit_certainty::not_done);
  setup.proxy.turn_away(false);
  CHECK(outline(setup.node->claim_activities(setup.node.node(), claim_at(0)).value()) == "b1");
}

LAW("activities whose release was not heard of are released once") {
  node_behind_proxy setup;
  REQUIRE(setup.node.outcome(scheduling({shared_activity("b", 1)})) == "committed");
  REQUIRE(outline(setup.node->claim_activities(setup.node.node(), claim_at(0)).value()) == "b1");
  setup.proxy.lose_answer("b");
  CHECK(setup.node->release_activities(setup.node.node(), {{"b", 1, 1}}).has_value());
  CHECK(outline(setup.node->claim_activities(setup.node.node(), claim_at(0)).value()) == "b1");
}

LAW("shards that were taken without a word are told with the next look") {
  const lone_node first;
  postgres_proxy proxy(private_server());
  const lone_node second(proxy.url(), first.schema());
  first->leave(first.node()).value();
  proxy.lose_answer("take_shards");
  const auto unheard = second->heartbeat(second.node());
  CHECK(proxy.losses() == 1);
  const std::size_t all = second.membership().shard_count;
  const std::size_t told =
      unheard ? unheard.value().gained.size() : second->heartbeat(second.node()).value().gained.size();
  CHECK(told == all);
  CHECK(second->heartbeat(second.node()).value().gained.empty());
}

LAW("a watch wakes again after its session was lost") {
  const lone_node node;
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  const auto watch = node->watch(watch_scope::others).value();
  raw_session eyes = node.beside();
  const auto listeners = [&] {
    return eyes.number("select count(*) from pg_stat_activity where query like 'LISTEN%' or query like "
                       "'listen%'");
  };
  const int before = listeners();
  REQUIRE(before > 0);
  node.lose_sessions();
  CHECK(wakes(*watch));  // something may have been missed
  CHECK(eventually([&] { return listeners() == before; }));
  watch->wait(duration(0));
  other->post(event_for("a", "go")).value();
  CHECK(wakes(*watch));
  CHECK(outline(node->fetch_undelivered(node.node(), "", end_of_time, 10, {}).value().messages) == "go");
}

LAW("reading the inbox goes on where it was when the sessions were lost, with nothing twice and nothing left "
    "out") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  const std::vector<std::uint32_t> all(1, shard_of("a", node.membership().shard_count));
  const auto post_due = [&](const char* name, std::int64_t due) {
    message one = event_for("a", name);
    one.visible_at = moment(due);
    REQUIRE(node->post(one).value() == post_outcome::accepted);
  };
  undelivered_page page;
  const auto look = [&](std::int64_t until, const std::vector<std::uint32_t>& gained) {
    page = node->fetch_undelivered(node.node(), page.position, moment(until), 10, gained).value();
    return outline(page.messages);
  };
  post_due("later", 500);
  post_due("now", 0);
  post_due("soon", 400);
  post_due("much later", 800);
  CHECK(look(100, {}) == "now");
  node.lose_sessions();
  post_due("new", 0);
  CHECK(look(600, {}) == "later soon new");
  node.lose_sessions();
  CHECK(look(600, {}) == "");
  node.lose_sessions();
  CHECK(look(900, {}) == "much later");
  node.lose_sessions();
  CHECK(look(900, all) == "later now soon much later new");  // of a shard that comes, all of it
}

LAW("a node takes its lock again when its session was lost, and is not expired then") {
  const lone_node node;
  const lone_node other(private_server().url(), node.schema());
  raw_session eyes = node.beside();
  node.lose_sessions();
  REQUIRE(eventually([&] {
    return eyes.number("select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and "
                       "granted and objid = " +
                       std::to_string(node.node()) + "::oid and classid in (select classid from pg_locks " +
                       "where locktype = 'advisory' and objid = " + std::to_string(other.node()) +
                       "::oid)") >= 1;
  }));
  CHECK(other->heartbeat(other.node()).value().gained.empty());
  CHECK(node.outcome(first_turn("a")) == "committed");
}

LAW("nodes that lose their sessions together do not expire each other") {
  const lone_node node;
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(other->heartbeat(other.node()).has_value());
  for (int round = 0; round < 3; ++round) {
    node.lose_sessions();
    other.lose_sessions();
    // Whoever is back first looks at once.
    CHECK(other->heartbeat(other.node()).value().gained.empty());
    CHECK(node->heartbeat(node.node()).value().gained.empty());
    CHECK(other->heartbeat(other.node()).value().gained.empty());
  }
  CHECK(node.outcome(first_turn("a")) == "committed");
  CHECK(other->heartbeat(other.node()).value().gained.empty());
}

LAW("a zombie that is expired while its commit waits writes nothing") {
  lone_node zombie;
  REQUIRE(zombie.outcome(first_turn("a")) == "committed");
  raw_session other = zombie.beside();
  raw_session eyes = zombie.beside();
  other.run("begin; select 1 from instances where id = 'a' for update");
  auto outcome = std::async(std::launch::async, [&] { return zombie.outcome(turn_of("a", 3)); });
  REQUIRE(eventually([&] { return waits_for_lock(eyes, "select fenced"); }));
  zombie.die();
  const lone_node heir(private_server().url(), zombie.schema());
  CHECK(heir.membership().shards.size() == heir.membership().shard_count);
  CHECK(outcome.get() == "fenced");
  other.run("commit");
  CHECK(eyes.number("select sum(count) from history") == 2);
  CHECK(zombie.outcome(turn_of("a", 3)) == "fenced");
  CHECK(heir.outcome(turn_of("a", 3)) == "committed");
}

LAW("a zombie that asks for its epoch while it is being expired does not get one") {
  lone_node zombie;
  lone_node heir(private_server().url(), zombie.schema());
  REQUIRE(zombie.outcome(first_turn("a")) == "committed");
  raw_session other = zombie.beside();
  raw_session eyes = zombie.beside();
  // The expiry has fenced the writers, and waits in its middle.
  other.run("begin; select 1 from shards for update");
  zombie.die();
  auto taken =
      std::async(std::launch::async, [&] { return heir->heartbeat(heir.node()).value().gained.size(); });
  REQUIRE(eventually([&] { return waits_for_lock(eyes, "select take_shards"); }));
  auto outcome = std::async(std::launch::async, [&] { return zombie.outcome(turn_of("a", 3)); });
  REQUIRE(eventually([&] { return waits_for_lock(eyes, "insert into writers"); }));
  other.run("commit");
  CHECK(taken.get() == heir.membership().shard_count);
  CHECK(outcome.get() == "fenced");
  CHECK(eyes.number("select sum(count) from history") == 2);
  CHECK(zombie.outcome(turn_of("a", 3)) == "fenced");
}

LAW("a lane that is opened while its node is being expired is fenced") {
  lone_node zombie;
  lone_node heir(private_server().url(), zombie.schema());
  raw_session other = zombie.beside();
  raw_session eyes = zombie.beside();
  other.run("begin; update writers set epoch = epoch + 1 where node = " + std::to_string(zombie.node()) +
            "; update nodes set state = 'dead' where id = " + std::to_string(zombie.node()));
  auto opened = std::async(std::launch::async, [&] { return zombie->open_writer(zombie.node(), 1); });
  // It may not pass the expiry: either it waits for it, or it is there without having asked.
  eventually([&] { return waits_for_lock(eyes, "insert into writers"); }, std::chrono::milliseconds(500));
  other.run("commit");
  auto lane = opened.get();
  if (lane.has_value()) {
    CHECK(outcome_of_commit(lane.value()->commit(batch_of({first_turn("b")}))) == "fenced");
  } else {
    CHECK(lane.error().certainty == commit_certainty::fenced);
  }
  CHECK(eyes.number("select count(*) from instances") == 0);
}

}  // namespace laws_of_lost_connections
