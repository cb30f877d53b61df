// Nodes that hang: they keep their sessions and locks, and do nothing.
#include "tests/cluster/fixture.hpp"

namespace duroxide::cluster_tests {
namespace {

using std::chrono_literals::operator""s;

LAW("a node that hangs for too long is expired; when it goes on it commits nothing, and becomes a member "
    "again") {
  const std::vector<std::string> impatient{"--suspect-after", "3000"};
  cluster nodes;
  node_process& zombie = nodes.start("zombie", impatient);
  nodes.start("a", impatient);
  REQUIRE(nodes.becomes_balanced(2));
  load work(nodes.client());
  work.start_patients(6);
  work.start(30);
  REQUIRE(is_under_way(nodes, work, 30));
  REQUIRE(nodes.runs().count_by("zombie") > 0);
  zombie.pause();
  REQUIRE(nodes.becomes_balanced(1));

  // It wakes up amid the work of its successor, and still has everything in its memory.
  work.start(20);
  work.raise_events();
  zombie.resume();
  CHECK(work.wrong() == "");
  CHECK(nodes.becomes_balanced(2));
  work.start(8);
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.runs().unexplained({"zombie"}) == "");
  CHECK(nodes.inconsistencies() == "");
}

LAW("a node that hangs for a moment stays a member, and nothing runs twice") {
  cluster nodes;
  node_process& sleepy = nodes.start("sleepy");
  nodes.start("a");
  REQUIRE(nodes.becomes_balanced(2));
  load work(nodes.client());
  work.start(30);
  REQUIRE(is_under_way(nodes, work, 30));
  const std::size_t before = nodes.runs().count_by("a");
  sleepy.pause();
  // Or it has stopped in a commit that the other waits for.
  eventually([&] { return nodes.runs().count_by("a") >= before + 30; }, 3s);
  sleepy.resume();
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.runs().unexplained({}) == "");
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
