// The book that a simulation keeps of who owns what, and what it finds to be wrong (I3).
#include "tests/simulation/ownership.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <string>

namespace laws_of_owners {

using namespace duroxide;
using namespace duroxide::simulation;

namespace {

// Two nodes, each with one of two shards.
struct two_nodes {
  two_nodes() {
    book.joined("first", {1, {{0, 1, false}}, 2});
    book.joined("second", {2, {{1, 2, false}}, 2});
  }

  void commit(const ownership::author& writer, std::uint64_t delivered_under = 0) {
    auto turn = std::make_shared<turn_commit>();
    turn->instance = on_first_shard();
    message content;
    content.instance = turn->instance;
    turn->messages.push_back({content, delivered_under});
    commit_batch batch;
    batch.turns.push_back(turn);
    batch_receipt receipt;
    receipt.turns.resize(1);
    book.committed(writer, batch, receipt);
  }
  std::string found() const { return wrong.empty() ? "nothing" : wrong.all().front().text; }

  static std::string on_first_shard() {
    std::string id = "w";
    while (shard_of(id, 2) != 0) id += "w";
    return id;
  }

  findings wrong;
  ownership book{wrong};
};

}  // namespace

LAW("the owner of a shard commits, and nobody minds") {
  two_nodes nodes;
  nodes.commit(nodes.book.opened_writer(1, 0), 1);
  CHECK(nodes.found() == "nothing");
}

LAW("a node that commits a turn of another's shard is found out") {
  two_nodes nodes;
  nodes.commit(nodes.book.opened_writer(2, 0));
  CHECK_THAT(nodes.found(), Catch::Contains("node 2 commits a turn") && Catch::Contains("is node 1's"));
}

LAW("a node that commits a turn of a shard that it has given up is found out") {
  two_nodes nodes;
  const auto writer = nodes.book.opened_writer(1, 0);
  nodes.book.released(1, {0});
  nodes.commit(writer);
  CHECK_THAT(nodes.found(), Catch::Contains("node 1 commits a turn") && Catch::Contains("nobody owns"));
}

LAW("a node that commits after its expiry is found out") {
  two_nodes nodes;
  const auto writer = nodes.book.opened_writer(1, 0);
  node_info alive;
  alive.node = 2;
  nodes.book.only_these_live({alive});
  nodes.commit(writer);
  CHECK_THAT(nodes.found(), Catch::Contains("no member any more"));
  CHECK(nodes.book.is_lost(1));
}

LAW("a writer that commits after its successor was opened is found out") {
  two_nodes nodes;
  const auto writer = nodes.book.opened_writer(1, 0);
  (void)nodes.book.opened_writer(1, 0);
  nodes.commit(writer);
  CHECK_THAT(nodes.found(), Catch::Contains("has a successor"));
}

LAW("a node that counts a message as delivered under another's tenure is found out") {
  two_nodes nodes;
  nodes.commit(nodes.book.opened_writer(1, 0), 2);
  CHECK_THAT(nodes.found(), Catch::Contains("under a tenure that is not its own"));
}

LAW("a shard that comes to a second owner is found out") {
  two_nodes nodes;
  nodes.book.gained(2, {{0, 3, false}});
  CHECK_THAT(nodes.found(), Catch::Contains("shard 0 comes to node 2 while node 1 owns it"));
}

LAW("what a node had is done again by others only if it did not leave in order") {
  two_nodes nodes;
  nodes.book.left(1);
  CHECK(!nodes.book.is_lost(1));
  nodes.book.is_in_trouble("second");
  CHECK(!nodes.book.is_lost(2));
  nodes.book.left(2);
  CHECK(nodes.book.is_lost(2));
  CHECK(nodes.found() == "nothing");
}

}  // namespace laws_of_owners
