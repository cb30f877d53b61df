// A server that stops and crashes under a cluster at work.
#include "tests/cluster/fixture.hpp"
#include "tests/support/postgres_server.hpp"

namespace duroxide::cluster_tests {
namespace {

using testing_support::private_server;

LAW("a restart of the server stops work for a moment, and nothing is lost") {
  cluster nodes(private_server());
  nodes.start("a");
  nodes.start("b");
  REQUIRE(nodes.becomes_balanced(2));
  load work(nodes.client());
  work.start_patients(6);
  for (const char* mode : {"fast", "immediate"}) {
    INFO(mode);
    const std::size_t before = nodes.runs().count();
    work.start(20);
    REQUIRE(is_under_way(nodes, work, before + 20));
    private_server().restart(mode);
  }
  work.raise_events();
  CHECK(work.wrong() == "");
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.becomes_balanced(2));
  CHECK(nodes.inconsistencies() == "");
}

LAW("a node that died while the server stood still is replaced when it is back") {
  cluster nodes(private_server());
  node_process& victim = nodes.start("victim");
  nodes.start("a");
  REQUIRE(nodes.becomes_balanced(2));
  load work(nodes.client());
  work.start_patients(6);
  work.start(12);
  private_server().stop();
  victim.kill();
  private_server().restart();
  work.raise_events();
  CHECK(work.wrong() == "");
  CHECK(nodes.becomes_balanced(1));
  CHECK(nodes.runs().activities() == work.activities());
  CHECK(nodes.inconsistencies() == "");
}

// As after a failover to a standby that lagged behind.
LAW("a server that has lost its last commits goes on with what it has, and all that it accepts is done") {
  cluster nodes(private_server());
  nodes.start("a");
  nodes.start("b");
  REQUIRE(nodes.becomes_balanced(2));
  load kept(nodes.client());
  kept.start_patients(6);
  private_server().keep_copy();
  client client = nodes.client();
  start_options later;
  later.delay = std::chrono::minutes(1);
  for (int i = 0; i < 100; ++i) client.start(chain, "lost" + std::to_string(i), 1, later);
  private_server().go_back();
  load accepted(nodes.client());
  accepted.start(20);
  kept.raise_events();
  CHECK(accepted.wrong() == "");
  CHECK(kept.wrong() == "");
  CHECK(nodes.becomes_balanced(2));
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
