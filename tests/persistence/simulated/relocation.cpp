// Where instances go that their shard's owner cannot run.
#include "persistence/simulated/store.hpp"
#include "tests/persistence/conformance/kit.hpp"

#include <algorithm>
#include <set>

namespace laws_of_relocation {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::internal::simulated_store;

LAW("instances that move spread over the shards of those who can run them, and their activities stay") {
  const auto store = simulated_store::make();
  const auto connection = store->connect();
  const std::uint64_t special = connection->join({"special", {"Special@1.0.0"}, {}}).value().node;
  const std::uint64_t common = connection->join({"common", {"Hello@1.0.0"}, {"greet"}}).value().node;
  std::vector<std::uint32_t> given_up;
  const std::size_t surplus = connection->heartbeat(special).value().surplus;
  for (std::uint32_t shard = 0; given_up.size() < surplus; ++shard) given_up.push_back(shard);
  connection->release_shards(special, given_up).value();
  connection->heartbeat(common).value();
  const auto writer = connection->open_writer(common, 0).value();

  std::set<std::uint32_t> shards;
  for (int number = 0; shards.size() < 4; ++number) {
    const std::string id = "i" + std::to_string(number);
    if (std::ranges::find(given_up, shard_of(id, 16)) == given_up.end()) continue;
    writer->commit(batch_of({scheduling({activity_of(id, 1)})})).value();
    const auto shard = connection->relocate(common, id, {"Special", ""}).value();
    REQUIRE(shard.has_value());
    CHECK(std::ranges::find(given_up, *shard) == given_up.end());
    CHECK(shards.insert(*shard).second);  // another one each time

    const auto activities = connection->load(id).value()->activities;
    CHECK(activities.at(0).claimable);
    CHECK(connection->lost_activities(common, {{id, 1, 1}}).value().empty());
    CHECK(connection->fetch_activities(special, all_shards, std::nullopt, 10).value().empty());
  }
}

}  // namespace laws_of_relocation
