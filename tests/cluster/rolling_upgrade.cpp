// Nodes of different builds, side by side.
#include "tests/cluster/fixture.hpp"

namespace duroxide::cluster_tests {
namespace {

constexpr int batch = 8;

std::string id_of(const std::string& group, int number) { return group + "-" + std::to_string(number); }

// Starts a batch of flows and waits until they wait for their event.
void begin(client client, const std::string& group, const start_options& options = {}) {
  for (int i = 0; i < batch; ++i) client.start(flow, id_of(group, i), i, options);
  for (int i = 0; i < batch; ++i) client.instance(id_of(group, i)).wait_for_status_change(0, patience);
}

// What they say after their event, each once, and whether it is the version that the store knows.
std::set<std::string> finish(client client, const std::string& group) {
  std::set<std::string> versions;
  for (int i = 0; i < batch; ++i) client.instance(id_of(group, i)).raise(go, 1);
  for (int i = 0; i < batch; ++i) {
    const std::string version = client.instance(flow, id_of(group, i)).result(patience);
    CHECK(client.instance(id_of(group, i)).status().version == version);
    versions.insert(version);
  }
  return versions;
}

LAW("over a rolling upgrade what runs ends on its version, and what begins later takes the new one") {
  const std::vector<std::string> old_build{"--with", "flow-1"};
  const std::vector<std::string> new_build{"--with", "flow-2"};
  const std::set<std::string> old_version{"1.0.0"};
  const std::set<std::string> new_version{"2.0.0"};
  cluster nodes;
  client client = nodes.client();
  node_process& old_1 = nodes.start("old-1", old_build);
  node_process& old_2 = nodes.start("old-2", old_build);
  begin(client, "before");

  nodes.start("new-1", new_build);
  REQUIRE(nodes.becomes_balanced(3));
  begin(client, "whichever");                    // as the owner of the shard chooses
  begin(client, "asked", {.version = "2.0.0"});  // which two of three nodes do not have
  begin(client, "kept", {.version = "1.0.0"});

  old_1.stop();
  nodes.start("new-2", new_build);
  CHECK(finish(client, "kept") == old_version);
  old_2.stop();
  REQUIRE(nodes.becomes_balanced(2));
  begin(client, "after");
  CHECK(finish(client, "before") == old_version);
  CHECK(finish(client, "asked") == new_version);
  CHECK(finish(client, "after") == new_version);
  CHECK_FALSE(finish(client, "whichever").empty());
  CHECK(nodes.inconsistencies() == "");
}

LAW("of two nodes that know different orchestrations each runs its own, wherever the shards are") {
  cluster nodes;
  client client = nodes.client();
  nodes.start("a", {"--with", "left"});
  nodes.start("b", {"--with", "right"});
  REQUIRE(nodes.becomes_balanced(2));
  for (int i = 0; i < batch; ++i) {
    client.start(left, id_of("left", i), i);
    client.start(right, id_of("right", i), i);
  }
  for (int i = 0; i < batch; ++i) {
    CHECK(client.instance(left, id_of("left", i)).result(patience) == i + 1);
    CHECK(client.instance(right, id_of("right", i)).result(patience) == i + 1);
  }
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
