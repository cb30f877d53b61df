// Several provider objects, and several processes, on one file.
#include "duroxide/sqlite_provider.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/child_process.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <chrono>
#include <thread>

namespace laws_of_neighbours {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace std::chrono_literals;
using duroxide::persistence_tests::child_process;
using duroxide::persistence_tests::temporary_folder;

namespace {

constexpr duration deadline = 20s;

// Whether a wait ends by itself.
bool wakes(change_watch& watch) {
  const auto begin = std::chrono::steady_clock::now();
  watch.wait(deadline);
  return std::chrono::steady_clock::now() - begin < deadline;
}

}  // namespace

LAW("what a neighbour posts ends a wait, and is there when it has ended") {
  constexpr std::size_t posts = 100;
  const temporary_folder folder;
  const auto owner = sqlite_provider::open(folder.file("test.db"));
  const std::uint64_t node = owner->join({"owner", {}, {}}).value().node;
  owner->open_writer(node, 0).value()->commit(batch_of({first_turn("a")})).value();
  const auto watch = owner->watch(watch_scope::others).value();

  std::thread neighbour([&] {
    const auto client = sqlite_provider::open(folder.file("test.db"));
    for (std::size_t i = 0; i < posts; ++i) client->post(event_for("a", "go")).value();
  });
  std::size_t received = 0;
  std::string position;
  while (received < posts && wakes(*watch)) {
    const undelivered_page undelivered =
        owner->fetch_undelivered(node, position, end_of_time, 1000, {}).value();
    received += undelivered.messages.size();
    position = undelivered.position;
  }
  neighbour.join();
  CHECK(received == posts);
}

LAW("the commits of one's own writer do not end a wait") {
  const temporary_folder folder;
  const auto owner = sqlite_provider::open(folder.file("test.db"));
  const std::uint64_t node = owner->join({"owner", {}, {}}).value().node;
  const auto watch = owner->watch(watch_scope::others).value();
  const auto begin = std::chrono::steady_clock::now();
  owner->open_writer(node, 0).value()->commit(batch_of({first_turn("a")})).value();
  watch->wait(20ms);
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
}

LAW("a wait ends when it is interrupted from another thread") {
  const temporary_folder folder;
  const auto watch = sqlite_provider::open(folder.file("test.db"))->watch(watch_scope::others).value();
  std::thread other([&] { watch->interrupt(); });
  CHECK(wakes(*watch));
  other.join();
}

LAW("a writer that outlives its provider is fenced by the next owner") {
  const temporary_folder folder;
  auto first = sqlite_provider::open(folder.file("test.db"));
  const auto writer = first->open_writer(first->join({"first", {}, {}}).value().node, 0).value();
  REQUIRE(writer->commit(batch_of({first_turn("a")})).has_value());
  first.reset();
  const auto second = sqlite_provider::open(folder.file("test.db"));
  REQUIRE(second->join({"second", {}, {}}).has_value());
  const auto refused = writer->commit(batch_of({turn_of("a", 3)}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::fenced);
  CHECK(second->history("a", 0).value().size() == 1);
}

LAW("another process posts, and its post ends a wait") {
  const temporary_folder folder;
  child_process client([&] {
    const auto provider = sqlite_provider::open(folder.file("test.db"));
    provider->start(start_of("a")).value();
  });
  const auto owner = sqlite_provider::open(folder.file("test.db"));
  const std::uint64_t node = owner->join({"owner", {}, {}}).value().node;
  const auto watch = owner->watch(watch_scope::others).value();
  client.go();
  CHECK(wakes(*watch));
  CHECK(owner->fetch_undelivered(node, "", end_of_time, 10, {}).value().messages.size() == 1);
  CHECK(client.ended_well());
}

LAW("a process that is killed gives its store to the next one") {
  const temporary_folder folder;
  child_process victim([&] {
    const auto provider = sqlite_provider::open(folder.file("test.db"));
    const std::uint64_t node = provider->join({"victim", {}, {}}).value().node;
    turn_commit turn = first_turn("a");
    turn.activities.push_back(activity_of("a", 2));
    provider->open_writer(node, 0).value()->commit(batch_of({turn})).value();
    child_process::be_killed();
  });
  victim.go();
  victim.wait_until_killed();

  const auto next = sqlite_provider::open(folder.file("test.db"));
  const std::uint64_t node = next->join({"next", {}, {}}).value().node;
  const auto activities = next->fetch_activities(node, all_shards, std::nullopt, 10).value();
  REQUIRE(activities.size() == 1);
  CHECK(activities[0].crash_count == 1);
}

}  // namespace laws_of_neighbours
