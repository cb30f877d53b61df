// Starting with an id whose instance has ended.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_replacing {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

// An instance with a store, started by `parent` if there is one.
void create(live_store& store, const std::string& instance, const std::string& parent = "") {
  turn_commit turn = first_turn(instance);
  if (!parent.empty()) turn.creates->parent = parent_link{parent, 1, 2};
  turn.kv = {{"x", "1", moment(1)}};
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
}

}  // namespace

STORE_LAW("an instance that has ended is replaced, and nothing of the old one is left") {
  create(store, "a");
  store.commit(last_turn("a", 3));
  CHECK_FALSE(store->start(start_of("a")).value());
  instance_start next = start_of("a");
  next.input = "\"again\"";
  CHECK(store->start(next, true).value());
  CHECK(store.seen("a") == "Hello 1.0.0 pending, execution 2, input '\"again\"'\n"
                           "inbox start of 2\n");
  CHECK(store->kv("a", std::nullopt).value().empty());
  CHECK(store->history("a", 1).value().empty());
  CHECK(store.commit(turn_of("a", 1)).outcome == turn_outcome::stale);  // of the old one
  turn_commit turn = turn_of("a", 1);
  turn.execution = 2;
  turn.history.at(0).execution = 2;
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
}

STORE_LAW("an instance that does not exist is started, and one that has not ended stays") {
  CHECK(store->start(start_of("a"), true).value());
  store.create("b");
  for (const auto* instance : {"a", "b"}) {
    const auto before = store.seen(instance);
    CHECK_FALSE(store->start(start_of(instance), true).value());
    CHECK(store.seen(instance) == before);
  }
}

STORE_LAW("an instance goes with its sub-orchestrations, down to the last") {
  create(store, "root");
  create(store, "child", "root");
  create(store, "grandchild", "child");
  create(store, "stranger", "somebody else");
  for (const auto* instance : {"root", "child", "grandchild", "stranger"})
    store.commit(last_turn(instance, 3));
  CHECK(store->start(start_of("root"), true).value());
  CHECK(store.seen("child") == "");
  CHECK(store.seen("grandchild") == "");
  CHECK(store.seen("stranger") != "");
}

STORE_LAW("a sub-orchestration that has not ended keeps all of its family") {
  create(store, "root");
  create(store, "child", "root");
  create(store, "grandchild", "child");
  for (const auto* instance : {"root", "child"}) store.commit(last_turn(instance, 3));
  CHECK_FALSE(store->start(start_of("root"), true).value());
  for (const auto* instance : {"root", "child", "grandchild"}) {
    CHECK(store.seen(instance) != "");
    CHECK(store->kv(instance, "x").value().size() == 1);
  }
  store.commit(last_turn("grandchild", 3));
  CHECK(store->start(start_of("root"), true).value());
  CHECK(store.seen("grandchild") == "");
}

}  // namespace laws_of_replacing
