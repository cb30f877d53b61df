// What leaves a store as lines comes back from them, and what cannot be is found.
#include "tests/persistence/conformance/kit.hpp"

#include <sstream>

namespace laws_of_moving {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

std::string exported(const live_store& store, const std::optional<std::string>& root = std::nullopt) {
  std::ostringstream to;
  REQUIRE(store->administration().write_to(to, root).has_value());
  return to.str();
}

stored<transfer> imported(const live_store& store, const std::string& text) {
  std::istringstream from(text);
  return store->administration().read_from(from, {});
}

std::string why_not(const live_store& store, const std::string& text) {
  const auto answer = imported(store, text);
  if (answer) return "";
  CHECK(answer.error().kind == error_kind::invalid_argument);
  return answer.error().message.substr(answer.error().message.find("line "));
}

// A family, one instance with everything, and payloads of any bytes.
void fill(live_store& store) {
  store.create("parent");
  turn_commit begin = first_turn("parent::1");
  begin.creates->parent = parent_link{"parent", 1, 2};
  begin.activities = {activity_of("parent::1", 2), shared_activity("parent::1", 3)};
  begin.activities[0].input = std::string("\0\xff any bytes", 12);
  begin.activities[1].tag = "gpu";
  begin.activities[1].session = "s";
  begin.messages.push_back({timer_for("parent::1", 7, moment(500)), first_tenure});
  begin.kv = {{"key", std::string("\\x00")}, {"stage", std::string("\"done\"")}};
  begin.update.custom_status = std::optional<std::string>("half way");
  REQUIRE(store.commit(begin).outcome == turn_outcome::committed);
  message event = event_for("parent::1", "go");
  event.data = "\xc3";
  store.post(event);
  store.create("other");
  REQUIRE(store.commit(last_turn("other", 3)).outcome == turn_outcome::committed);
}

void remove_all(const live_store& store) {
  REQUIRE(store->administration().remove("parent", true).value().deleted.instances == 2);
  REQUIRE(store->administration().remove("other", true).value().deleted.instances == 1);
}

}  // namespace

STORE_LAW("what was exported and deleted is imported as it was") {
  fill(store);
  const std::string before = exported(store);
  const std::string seen = store.seen("parent::1");
  remove_all(store);
  const auto taken = imported(store, before);
  REQUIRE(taken.has_value());
  CHECK(taken.value().instances == 3);
  CHECK(taken.value().activities == 2);
  CHECK(taken.value().kv_values == 2);
  CHECK(exported(store) == before);
  CHECK(store.seen("parent::1") == seen);
}

STORE_LAW("the tree of one root is exported without anything else") {
  fill(store);
  const std::string text = exported(store, "parent");
  CHECK(text.find(R"("id":"parent::1")") != std::string::npos);
  CHECK(text.find(R"("id":"other")") == std::string::npos);
  REQUIRE(store->administration().remove("parent", true).has_value());
  CHECK(imported(store, text).value().instances == 2);
}

STORE_LAW("an imported instance runs its next turn") {
  store.create("a");
  store.post(event_for("a", "go"));
  const std::string text = exported(store);
  REQUIRE(store->administration().remove("a", true).has_value());
  REQUIRE(imported(store, text).has_value());
  store.restart();
  const auto undelivered = store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value();
  CHECK(outline(undelivered.messages).ends_with("go"));
  CHECK(store.commit(turn_of("a", 4)).outcome == turn_outcome::stale);
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
}

STORE_LAW("what cannot be imported leaves nothing behind") {
  fill(store);
  const std::string whole = exported(store);
  CHECK(why_not(store, whole) ==
        "line 2: instance 'parent' exists already; delete it first, or leave it out");
  remove_all(store);
  const std::string without_end = whole.substr(0, whole.rfind("{\"end\""));
  CHECK(why_not(store, "") == "line 1: the file is empty, or cannot be read");
  CHECK(why_not(store, "{}") == "line 1: not a duroxide export file");
  CHECK(why_not(store, "{\"duroxide_export\":9}\n") ==
        "line 1: the file has format 9, this duroxide reads format 1");
  CHECK(why_not(store, without_end).find("the file ends here, but it is not whole") != std::string::npos);
  CHECK(why_not(store, without_end + "{\"end\":{\"lines\":3}}\n")
            .find("lines are missing before the last one") != std::string::npos);
  const std::string first = whole.substr(0, whole.find('\n') + 1);
  const auto line_two = [&](const std::string& line) { return why_not(store, first + line + "\n"); };
  CHECK(line_two("{").starts_with("line 2: it is not JSON"));
  CHECK(line_two("[]") == R"(line 2: a line is {"KIND":{...}})");
  CHECK(line_two(R"({"gossip":{}})") == "line 2: nothing is called 'gossip'");
  CHECK(line_two(R"({"kv":{}})") == "line 2: it belongs to no instance");
  CHECK(line_two(R"({"instance":{}})") == "line 2: the instance has no id");
  CHECK(line_two(R"({"instance":{"id":"a","execution":"one"}})") ==
        "line 2: 'execution' is not what it should be");
  CHECK(line_two(R"({"instance":{"id":"a","colour":"red"}})") ==
        "line 2: 'colour' is not known; is the file of a newer duroxide?");
  CHECK(store->administration().metrics().value().instances == 0);
  CHECK(store->administration().depths(end_of_time).value().messages == 0);
}

STORE_LAW("a comparison names each instance that differs, and how") {
  fill(store);
  const std::string text = exported(store);
  const auto differences = [&](std::size_t limit) {
    std::istringstream from(text);
    std::string all;
    for (const auto found = store->administration().compare_with(from, limit).value();
         const auto& each : found)
      all += each.instance + ": " + each.what + "\n";
    return all;
  };
  CHECK(differences(10).empty());
  store.post(event_for("parent", "more"));
  REQUIRE(store->administration().remove("other", true).has_value());
  CHECK(differences(10).starts_with("parent: the store has more: {\"message\":{\"kind\":\"event_raised\""));
  CHECK(differences(10).ends_with("other: is not in the store\n"));
  CHECK(differences(1).find("other") == std::string::npos);
}

}  // namespace laws_of_moving
