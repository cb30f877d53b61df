// Nodes that are killed: others do what they did.
#include "tests/cluster/fixture.hpp"

namespace duroxide::cluster_tests {
namespace {

LAW("a node that is killed in the middle of its work is replaced, and only what it held runs "
    "again") {
  cluster nodes;
  nodes.start("a");
  node_process& victim = nodes.start("victim");
  nodes.start("b");
  REQUIRE(nodes.becomes_balanced(3));
  load work(nodes.client());
  work.start(40);
  REQUIRE(is_under_way(nodes, work, 60));
  REQUIRE(nodes.runs().count_by("victim") > 0);
  victim.kill();
  CHECK(nodes.becomes_balanced(2));
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.runs().unexplained({"victim"}) == "");
  CHECK(nodes.inconsistencies() == "");
}

LAW("timers and events of a killed node find their instances at another one") {
  cluster nodes;
  node_process& victim = nodes.start("victim");
  nodes.start("a");
  REQUIRE(nodes.becomes_balanced(2));
  load work(nodes.client());
  work.start_patients(12);
  work.start(12);  // has sleepers, too
  victim.kill();
  work.raise_events();
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().unexplained({"victim"}) == "");
  CHECK(nodes.inconsistencies() == "");
}

LAW("when all nodes are killed at once, those that come later go on with everything") {
  cluster nodes;
  node_process& first = nodes.start("first");
  node_process& second = nodes.start("second");
  load work(nodes.client());
  work.start_patients(6);
  work.start(20);
  REQUIRE(is_under_way(nodes, work, 20));
  first.kill();
  second.kill();
  work.raise_events();
  nodes.start("third");
  nodes.start("fourth");
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.runs().unexplained({"first", "second"}) == "");
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
