// What clients wait for, asked for many at once.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_waits {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("what has come true of many waits is found by one question") {
  for (const auto* instance : {"runs", "ended", "status", "key"}) store.create(instance);
  store.commit(last_turn("ended", 3));
  turn_commit status = turn_of("status", 3);
  status.update.custom_status = std::optional<std::string>("half done");
  store.commit(status);
  turn_commit key = turn_of("key", 3);
  key.kv.push_back({"stage", "\"packed\"", moment(3)});
  store.commit(key);
  const std::uint64_t version = store->status("status").value().custom_status_version;
  const std::vector<awaited_instance> waits{
      {"runs", 0, {}, {}},     {"ended", 0, {}, {}},           {"nobody", 0, {}, {}},
      {"status", 0, {}, {}},   {"status", 0, version - 1, {}}, {"status", 0, version, {}},
      {"key", 0, {}, "stage"}, {"key", 0, {}, "other"},        {"ended", 0, version, "stage"},
  };
  auto found = store->satisfied_waits(waits).value();
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::size_t>{1, 2, 4, 6, 8});
  CHECK(store->satisfied_waits({}).value().empty());
}

STORE_LAW("a wait for one life comes true when that is gone, whoever has its id then") {
  store.create("w");
  const std::uint64_t first = store->status("w").value().life;
  CHECK(first != 0);
  CHECK(store->lives({"w", "nobody", "w"}).value() == std::vector<std::uint64_t>{first, 0, first});
  CHECK(store->lives({}).value().empty());
  const std::vector<awaited_instance> waits{{"w", 0, {}, {}}, {"w", first, {}, {}}};
  CHECK(store->satisfied_waits(waits).value().empty());
  REQUIRE(store->administration().remove("w", true).value().refusal == deletion_refusal::none);
  auto gone = store->satisfied_waits(waits).value();
  std::sort(gone.begin(), gone.end());
  CHECK(gone == std::vector<std::size_t>{0, 1});
  CHECK(store->status("w").value().life == 0);
  store.create("w");
  CHECK(store->status("w").value().life > first);
  CHECK(store->satisfied_waits(waits).value() == std::vector<std::size_t>{1});
}

STORE_LAW("that something which ran was deleted is known by its number, and a watch wakes for it") {
  auto watch = store->watch(watch_scope::others).value();
  store.create("runs");
  store.create("ended");
  store.commit(last_turn("ended", 3));
  while (watch->wait(duration(0))) {
  }
  const std::uint64_t before = store->deletions().value();
  REQUIRE(store->administration().remove("ended", true).value().refusal == deletion_refusal::none);
  CHECK(store->deletions().value() == before);
  while (watch->wait(duration(0))) {
  }
  REQUIRE(store->administration().remove("runs", true).value().refusal == deletion_refusal::none);
  CHECK(watch->wait(std::chrono::seconds(30)));
  CHECK(store->deletions().value() != before);
}

}  // namespace laws_of_waits
