// Labels of instances.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_labels {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

const std::vector<label> in_order{{"a", "1"}, {"b", "gr\u00fcn \"quoted\""}, {"c", ""}};

instance_start labelled(const std::string& instance) {
  instance_start what = start_of(instance);
  what.labels = {in_order[2], in_order[0], in_order[1]};
  return what;
}

}  // namespace

STORE_LAW("an instance has the labels that it was started with, in the order of their names") {
  REQUIRE(store->start(labelled("by client")).value());
  turn_commit turn = first_turn("by turn");
  turn.creates = labelled("by turn");
  turn.starts.push_back({labelled("child"), false, std::nullopt});
  store.commit(turn);
  for (const auto* instance : {"by client", "by turn", "child"}) {
    CHECK(store->status(instance).value().labels == in_order);
    CHECK(store->load(instance).value()->status.labels == in_order);
  }
}

STORE_LAW("labels stay as they are, and an instance without any has none") {
  REQUIRE(store->start(labelled("a")).value());
  store.commit(turn_of("a", 1));
  store.commit(last_turn("a", 2));
  CHECK(store->status("a").value().labels == in_order);
  store.create("b");
  CHECK(store->status("b").value().labels.empty());
}

}  // namespace laws_of_labels
