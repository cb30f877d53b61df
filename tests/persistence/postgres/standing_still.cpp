// A process that stands still in its middle (a debugger, a machine that is moved) keeps nobody waiting.
#include "tests/persistence/postgres/kit.hpp"
#include "tests/support/postgres_proxy.hpp"

#include <future>

namespace laws_of_standing_still {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::postgres_proxy;
using testing_support::private_server;

LAW("what nodes and clients do is one call each, so that no lock is held over a round trip") {
  postgres_proxy proxy(private_server());
  const lone_node node(proxy.url());
  proxy.lose_request("begin");  // cuts the session that tries it
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(node.outcome(scheduling({shared_activity("a", 1), activity_of("a", 2)})) == "committed");
  REQUIRE(outline(node->claim_activities(node.node(), claim_at(0)).value()) == "a1");
  REQUIRE(node->release_activities(node.node(), {{"a", 1, 1}}).has_value());
  REQUIRE(node->heartbeat(node.node()).has_value());
  REQUIRE(node->release_shards(node.node(), {0, 1}).has_value());
  REQUIRE(node->relocate(node.node(), "a", {"Hello", "", 1}).has_value());
  REQUIRE(node->post(event_for("a", "go")).has_value());
  REQUIRE(node->start(start_of("b")).value());
  REQUIRE(node->administration().remove("b", true).value().refusal == deletion_refusal::none);
  REQUIRE(node->start(start_of("b"), true).value());
  // Two turns of one instance are written one by one.
  REQUIRE(node.outcome(first_turn("c")) == "committed");
  REQUIRE(node.writer().commit(batch_of({turn_of("c", 3), turn_of("c", 4)})).has_value());
  REQUIRE(node->leave(node.node()).has_value());
  REQUIRE(node->join({"again", {"Hello"}, {"greet"}, true}).has_value());
  CHECK(proxy.losses() == 0);
}

LAW("a node that holds a lock in a transaction of its own does not keep others from ending it") {
  lone_node frozen;
  lone_node heir(private_server().url(), frozen.schema());
  raw_session hanging = frozen.beside();
  hanging.run(
      "begin; update writers set commit_seq = commit_seq where node = " + std::to_string(frozen.node()) +
      "; update writers set session = pg_backend_pid(), session_begun = (select backend_start from "
      "pg_stat_activity where pid = pg_backend_pid()) where node = " +
      std::to_string(frozen.node()));
  // Only a statement of the writer's own session counts as its own: that one is ended with its node.
  hanging.run("commit; begin; select 1 from writers where node = " + std::to_string(frozen.node()) +
              " for update; select 1 from nodes where id = " + std::to_string(frozen.node()) + " for share");
  frozen.die();
  std::size_t gained = 0;
  CHECK(testing_support::eventually([&] {
    gained += heir->heartbeat(heir.node()).value().gained.size();
    return gained + heir.membership().shards.size() == heir.membership().shard_count;
  }));
}

LAW("what was broken off by a deadlock is done again") {
  // Whoever has waited so long looks once whether it waits in a circle, and is broken off if so.
  const lone_node node(with_option(private_server().url(), "options=-c%20deadlock_timeout%3D4s"));
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  raw_session other = node.beside();
  other.run("set deadlock_timeout = '60s'");
  other.run("insert into sessions (id, node, last_used_at) values ('s', " + std::to_string(node.node()) +
            ", 0)");
  other.run("begin; select 1 from sessions where id = 's' for update");
  auto left = std::async(std::launch::async, [&] { return node->leave(node.node()).has_value(); });
  raw_session eyes = node.beside();
  REQUIRE(testing_support::eventually([&] { return waits_for_lock(eyes, "select leave"); }));
  other.run("select 1 from nodes where id = " + std::to_string(node.node()) + " for update");
  other.run("rollback");
  CHECK(left.get());
  CHECK(eyes.number("select count(*) from nodes where state = 'alive'") == 0);
}

}  // namespace laws_of_standing_still
