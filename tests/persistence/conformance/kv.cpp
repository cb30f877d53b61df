// The key-value stores of instances.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_kv {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

// All entries as "key=value@milliseconds".
std::string entries(live_store& store, const std::string& instance,
                    const std::optional<std::string>& key = std::nullopt) {
  std::string text;
  const auto found = store->kv(instance, key).value();
  for (const auto& each : found) {
    if (!text.empty()) text += ' ';
    text += each.key + "=" + each.value + "@" + std::to_string((each.updated_at - moment(0)).count());
  }
  return text;
}

turn_commit changing(std::uint64_t event_id, std::vector<kv_change> changes) {
  turn_commit turn = turn_of("a", event_id);
  turn.kv = std::move(changes);
  return turn;
}

}  // namespace

STORE_LAW("a turn changes its instance's store, which is read in key order or by key") {
  turn_commit first = first_turn("a");
  first.kv = {{"b", "1", moment(1)}, {"c", "2", moment(1)}, {"a", "3", moment(1)}};
  store.commit(first);
  store.create("other");
  CHECK(entries(store, "a") == "a=3@1 b=1@1 c=2@1");

  store.commit(changing(
      3, {{"b", "4", moment(7)}, {"c", std::nullopt, moment(7)}, {"unknown", std::nullopt, moment(7)}}));
  CHECK(entries(store, "a") == "a=3@1 b=4@7");
  CHECK(entries(store, "a", "b") == "b=4@7");
  CHECK(entries(store, "a", "c") == "");
  CHECK(entries(store, "other") == "");
  CHECK(entries(store, "nobody") == "");
  CHECK(entries(store, "nobody", "a") == "");
}

STORE_LAW("a cleared store has what the same turn puts there, and nothing else") {
  turn_commit first = first_turn("a");
  first.kv = {{"x", "1", moment(1)}, {"y", "2", moment(1)}};
  store.commit(first);
  turn_commit turn = changing(3, {{"y", "3", moment(2)}, {"z", "4", moment(2)}});
  turn.kv_cleared = true;
  store.commit(turn);
  CHECK(entries(store, "a") == "y=3@2 z=4@2");
}

STORE_LAW("a turn that is refused changes no store") {
  turn_commit first = first_turn("a");
  first.kv = {{"x", "1", moment(1)}};
  store.commit(first);
  turn_commit stale = changing(7, {{"x", "2", moment(2)}});
  stale.kv_cleared = true;
  CHECK(store.commit(stale).outcome == turn_outcome::stale);
  CHECK(entries(store, "a") == "x=1@1");
}

STORE_LAW("a store outlives its execution and the end of its instance") {
  turn_commit first = first_turn("a");
  first.kv = {{"x", "1", moment(1)}};
  store.commit(first);
  turn_commit next = turn_of("a", 3);
  next.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  next.begins = execution_begin{2, "\"next\"", first_tenure};
  store.commit(next);
  CHECK(entries(store, "a") == "x=1@1");
  turn_commit last = last_turn("a", 1);
  last.execution = last.ends->execution = last.history.at(0).execution = 2;
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
  CHECK(entries(store, "a") == "x=1@1");
}

STORE_LAW("values keep every byte") {
  for (const std::string& bytes : {std::string(), std::string("a\0b", 3), std::string("\xff\xfe")}) {
    const std::string id = "instance " + std::to_string(bytes.size());
    turn_commit turn = first_turn(id);
    turn.kv = {{"x", bytes, moment(1)}};
    store.commit(turn);
    CHECK((store->kv(id, "x").value().at(0).value == bytes));
  }
}

}  // namespace laws_of_kv
