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

STORE_LAW("labels are texts, numbers, truths and times, and are what they were") {
  const std::vector<label> typed{
      make_label("a", "42"),        make_label("b", 42.5),  make_label("c", -7),
      make_label("d", 1e300),       make_label("e", true),  make_label("f", false),
      make_label("g", moment(123)), make_label("h", 0.1),   make_label("i", std::int64_t{9007199254740992}),
      make_label("j", "{\"x\":1}"), make_label("k", "\\x"),
  };
  instance_start what = start_of("a");
  what.labels = typed;
  REQUIRE(store->start(what).value());
  CHECK(store->status("a").value().labels == typed);
  CHECK(store->load("a").value()->status.labels == typed);
  CHECK(store->administration().info("a").value()->summary.labels == typed);
}

STORE_LAW("labels go with their instance, and the next of the same id has its own") {
  REQUIRE(store->start(labelled("a")).value());
  REQUIRE(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  REQUIRE(store->start(start_of("a")).value());
  CHECK(store->status("a").value().labels.empty());
  store.commit(first_turn("b"));
  store.commit(last_turn("b", 3));
  instance_start again = labelled("b");
  again.labels = {{"only", "this"}};
  REQUIRE(store->start(again, true).value());
  CHECK(store->status("b").value().labels == again.labels);
  CHECK(store->administration().verify({}).value().inconsistencies == 0);
}

STORE_LAW("a turn sets and removes labels, and what it sets is found") {
  turn_commit first = first_turn("a");
  first.creates->labels = {{"a", "1"}, {"b", "2"}};
  first.labels = {{.wanted = make_label("b", 7)},
                  {.wanted = {"c", "new"}},
                  {.wanted = {"unknown", {}}, .is_removed = true}};
  store.commit(first);
  CHECK(store->status("a").value().labels ==
        std::vector<label>{{"a", "1"}, make_label("b", 7), {"c", "new"}});
  store.create("other");

  turn_commit next = turn_of("a", 3);
  next.labels = {{.wanted = {"a", {}}, .is_removed = true},
                 {.wanted = make_label("b", 8.5)},
                 {.wanted = make_label("c", true)}};
  store.commit(next);
  const std::vector<label> expected{make_label("b", 8.5), make_label("c", true)};
  CHECK(store->status("a").value().labels == expected);
  CHECK(store->load("a").value()->status.labels == expected);
  CHECK(store->status("other").value().labels.empty());
  const auto found = [&](std::string_view text) {
    return store->administration().find(parse_filter(text, moment(0)), {}).value().instances.size();
  };
  CHECK(found("b > 8 and c = true") == 1);
  CHECK(found("a is not null") == 0);
  CHECK(found("b = 7") == 0);

  turn_commit stale = turn_of("a", 9);
  stale.labels = {{.wanted = make_label("b", 1)}};
  CHECK(store.commit(stale).outcome == turn_outcome::stale);
  turn_commit last = last_turn("a", 4);
  last.labels = {{.wanted = {"end", "good"}}};
  store.commit(last);
  CHECK(store->status("a").value().labels == std::vector<label>{expected[0], expected[1], {"end", "good"}});
}

STORE_LAW("turns of one batch set labels, each of its own instance") {
  turn_commit a = first_turn("a");
  a.labels = {{.wanted = {"x", "of a"}}};
  turn_commit b = first_turn("b");
  turn_commit c = first_turn("c");
  c.labels = {{.wanted = {"x", "of c"}}, {.wanted = {"y", "\\x and \"quotes\", gr\u00fcn"}}};
  store.commit(batch_of({a, b, c}));
  CHECK(store->status("a").value().labels == std::vector<label>{a.labels[0].wanted});
  CHECK(store->status("b").value().labels.empty());
  CHECK(store->status("c").value().labels == std::vector<label>{c.labels[0].wanted, c.labels[1].wanted});
}

STORE_LAW("a turn raises the format of a history that gets something newer") {
  store.create("a");
  turn_commit turn = turn_of("a", 3);
  turn.update.history_format = limits::history_format;
  store.commit(turn);
  CHECK(store->load("a").value()->history_format == limits::history_format);
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
