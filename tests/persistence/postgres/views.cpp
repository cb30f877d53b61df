// What people see when they look into the tables.
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_views {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;

LAW("people can read a history with U+0000 in a payload, and what only looks like one is as it was") {
  const lone_node node;
  turn_commit turn = first_turn("a");
  turn.history.at(0).packed = R"({"build":"b","at":1000,"events":[)"
                              R"({"kind":"event_raised","name":"one","data":"x\u0000y \\\u0000"},)"
                              R"({"kind":"event_raised","name":"two","data":"\\u0000"}]})";
  REQUIRE(node.outcome(turn) == "committed");
  REQUIRE(node.outcome(first_turn("beside")) == "committed");
  raw_session eyes = node.beside();
  CHECK(eyes.number("select count(*) from history_events") == 4);
  const auto seen = [&](const std::string& name) {
    return eyes.run("select data from history_events where name = '" + name + "'");
  };
  CHECK(seen("one") == R"("x\ufffdy \\\ufffd")");
  CHECK(seen("two") == R"("\\u0000")");
}

LAW("people can read the states of durable actors") {
  const lone_node node;
  turn_commit turn = first_turn("a");
  turn.history.clear();
  turn.actor.emplace().state = actor_state{"1", R"({"balance":7})", timestamp()};
  REQUIRE(node.outcome(turn) == "committed");
  REQUIRE(node.outcome(first_turn("beside")) == "committed");
  CHECK(node.beside().run("select id || ' ' || type || ' ' || version || ' ' || state || ' ' || "
                          "extract(epoch from updated)::bigint from actor_overview") ==
        R"(a Hello 1 {"balance":7} 1700000000)");
}

}  // namespace laws_of_views
