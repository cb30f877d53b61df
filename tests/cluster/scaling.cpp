// Nodes that come and go in order.
#include "tests/cluster/fixture.hpp"

namespace duroxide::cluster_tests {
namespace {

LAW("while nodes come and go in order, every result is right and every activity runs once") {
  cluster nodes;
  node_process& first = nodes.start("first");
  node_process& second = nodes.start("second");
  load work(nodes.client());
  work.start_patients(8);
  work.start(24);
  REQUIRE(is_under_way(nodes, work, 20));

  node_process& third = nodes.start("third");
  nodes.start("fourth");
  CHECK(nodes.becomes_balanced(4));
  work.start(24);
  for (node_process* each : {&first, &third, &second}) each->stop();
  CHECK(nodes.becomes_balanced(1));

  work.start(8);
  work.raise_events();
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.runs().unexplained({}) == "");
  for (const char* each : {"first", "second", "third", "fourth"}) CHECK(nodes.runs().count_by(each) > 0);
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
