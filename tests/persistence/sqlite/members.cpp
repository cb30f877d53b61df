// How the members of a file tell who lives.
#include "persistence/sqlite/membership.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/child_process.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <atomic>
#include <thread>

namespace laws_of_members {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::child_process;
using duroxide::persistence_tests::temporary_folder;

namespace sqlite = duroxide::persistence::sqlite;

LAW("a process that stands still is a member until it is killed") {
  const temporary_folder folder;
  child_process slow([&] {
    const auto store = sqlite_provider::open(folder.file("test.db"));
    const std::uint64_t node = store->join({"slow", {}, {}}).value().node;
    store->open_writer(node, 0)
        .value()
        ->commit(batch_of({scheduling({activity_of("a", 1), shared_activity("a", 2)})}))
        .value();
    store->claim_activities(node, claim_at(0)).value();
    child_process::stand_still();
  });
  slow.go();
  slow.wait_until_it_stands_still();

  const auto store = sqlite_provider::open(folder.file("test.db"));
  const node_membership second = store->join({"second", {}, {}}).value();
  CHECK(second.shards.empty());
  CHECK(store->next_heartbeat_in(second.node).has_value());
  CHECK(store->heartbeat(second.node).value().gained.empty());
  CHECK(store->claim_activities(second.node, claim_at(0)).value().empty());

  slow.kill();
  CHECK(store->next_heartbeat_in(second.node).has_value());
  CHECK(store->heartbeat(second.node).value().gained.size() == second.shard_count);
  CHECK_FALSE(store->next_heartbeat_in(second.node).has_value());
  CHECK(store->fetch_activities(second.node, all_shards, std::nullopt, 10).value().at(0).crash_count == 1);
  CHECK(store->claim_activities(second.node, claim_at(0)).value().at(0).crash_count == 1);
}

LAW("nodes of one provider object leave one by one, and keep each other's locks") {
  const temporary_folder folder;
  const auto store = sqlite_provider::open(folder.file("test.db"));
  const auto others = sqlite_provider::open(folder.file("test.db"));
  const node_membership first = store->join({"first", {}, {}}).value();
  const node_membership second = store->join({"second", {}, {}}).value();
  const node_membership third = others->join({"third", {}, {}}).value();
  CHECK(second.shards.empty());
  const auto writer = store->open_writer(second.node, 0).value();

  store->leave(first.node).value();
  CHECK(others->heartbeat(third.node).value().gained.size() == third.shard_count);
  CHECK(writer->commit({}).has_value());
  CHECK(store->heartbeat(second.node).value().gained.empty());
}

LAW("a node that stands by is never told that it is alone, also if it asks while the owner leaves") {
  const temporary_folder folder;
  const auto one = sqlite_provider::open(folder.file("test.db"));
  const auto two = sqlite_provider::open(folder.file("test.db"));
  for (int times = 0; times < 300; ++times) {
    const node_membership owner = one->join({"owner", {}, {}}).value();
    const node_membership standby = two->join({"standby", {}, {}}).value();
    REQUIRE(standby.shards.empty());
    std::atomic<bool> left = false;
    std::jthread leaving([&] {
      one->leave(owner.node).value();
      left = true;
    });
    bool company = true;
    while (!left) company = two->next_heartbeat_in(standby.node).has_value() && company;
    REQUIRE((company && two->next_heartbeat_in(standby.node).has_value()));
    two->leave(standby.node).value();
  }
}

LAW("a node that is alone asks no store whether it is") {
  for (const bool in_memory : {false, true}) {
    const temporary_folder folder;
    const auto store =
        in_memory ? sqlite::store::open_in_memory() : sqlite::store::open(folder.file("test.db"), {});
    sqlite::membership members(store);
    const std::uint64_t node = members.join({"alone", {}, {}}).node;
    CHECK_FALSE(members.next_heartbeat_in(node).has_value());
    // Whoever asked would wait forever.
    const auto one = store->reading();
    if (in_memory) {
      CHECK_FALSE(members.next_heartbeat_in(node).has_value());
      continue;
    }
    const auto two = store->reading();
    const auto three = store->reading();
    const auto four = store->reading();
    CHECK_FALSE(members.next_heartbeat_in(node).has_value());
  }
}

LAW("a lock that is held for a file that was deleted is told from one of this file") {
  const temporary_folder folder;
  const auto before = sqlite_provider::open(folder.file("test.db"));
  REQUIRE(before->join({"before", {}, {}}).has_value());
  for (const auto* name : {"test.db", "test.db-wal", "test.db-shm"})
    std::filesystem::remove(folder.file(name));

  const auto after = sqlite_provider::open(folder.file("test.db"));
  const auto refused = after->join({"after", {}, {}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::not_done);
  CHECK(refused.error().kind == error_kind::store_in_use);
  CHECK(refused.error().message.find("uses another database that was at this path before") !=
        std::string::npos);
}

}  // namespace laws_of_members
