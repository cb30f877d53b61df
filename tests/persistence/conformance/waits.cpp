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
  key.kv.push_back({"stage", "\"packed\"", at(3)});
  store.commit(key);
  const std::uint64_t version = store->status("status").value().custom_status_version;
  const std::vector<awaited_instance> waits{
      {"runs", {}, {}},     {"ended", {}, {}},           {"nobody", {}, {}},
      {"status", {}, {}},   {"status", version - 1, {}}, {"status", version, {}},
      {"key", {}, "stage"}, {"key", {}, "other"},        {"ended", version, "stage"},
  };
  auto found = store->come_true(waits).value();
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::size_t>{1, 4, 6, 8});
  CHECK(store->come_true({}).value().empty());
}

}  // namespace laws_of_waits
