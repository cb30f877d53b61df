// How large an instance is, without a look into its history.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_statistics {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

message queued(const std::string& instance) {
  message content = event_for(instance, "orders");
  content.kind = message_kind::enqueued;
  content.data = "\"book\"";
  return content;
}

std::string packed_by(const std::string& build) {
  return R"({"build":")" + build + R"(","at":1,"events":[{"kind":"guid_recorded"}]})";
}

instance_statistics statistics_of(const live_store& store, const std::string& instance) {
  return store->administration().statistics(instance).value().value();
}

}  // namespace

STORE_LAW("the statistics of an instance count its events, messages and values, and their bytes") {
  store.create("other");
  store.post(queued("other"));
  turn_commit first = first_turn("a");
  first.kv.push_back({"name", "\"\u00e9\"", moment(1)});
  first.kv.push_back({"large", "\"" + std::string(100'000, 'x') + "\"", moment(1)});
  first.messages.push_back({timer_for("a", 2, moment(500)), first_tenure});
  REQUIRE(store.commit(first).outcome == turn_outcome::committed);
  turn_commit second = turn_of("a", 3);
  second.history.at(0).packed = packed_by(std::string(50'000, 'x') + "\u00e9");
  REQUIRE(store.commit(second).outcome == turn_outcome::committed);
  const std::uint64_t taken = store.post(queued("a"));
  store.post(queued("a"));
  store.post(queued("a"));
  store.post(event_for("a", "go"));
  message later = event_for("a", "later");
  later.visible_at = moment(10'000);
  store.post(later);

  instance_statistics found = statistics_of(store, "a");
  const std::uint64_t bytes = first.history.at(0).packed.size() + second.history.at(0).packed.size();
  CHECK(found.history_events == 3);
  CHECK(found.history_bytes == bytes);
  CHECK(found.queued_messages == 3);
  CHECK(found.inbox_messages == 2);
  CHECK(found.kv_keys == 2);
  CHECK(found.kv_bytes == 100'006);

  turn_commit third = turn_of("a", 4);
  third.consumed = {taken};
  third.kv.push_back({"name", "7", moment(2)});
  third.kv.push_back({"large", std::nullopt, moment(2)});
  REQUIRE(store.commit(third).outcome == turn_outcome::committed);
  found = statistics_of(store, "a");
  CHECK(found.history_events == 4);
  CHECK(found.history_bytes == bytes + third.history.at(0).packed.size());
  CHECK(found.queued_messages == 2);
  CHECK(found.inbox_messages == 2);
  CHECK(found.kv_keys == 1);
  CHECK(found.kv_bytes == 1);
}

STORE_LAW("statistics are of the current execution, and of what outlives those before it") {
  turn_commit first = first_turn("a");
  first.kv.push_back({"name", "\"v\"", moment(1)});
  REQUIRE(store.commit(first).outcome == turn_outcome::committed);
  store.post(queued("a"));
  turn_commit turn = turn_of("a", 3);
  turn.history.push_back({2, 1, 1, packed_by("b")});
  turn.ends = execution_end{1, runtime_status::continued_as_new, "\"next\"", std::nullopt};
  turn.begins = execution_begin{2, "\"next\"", first_tenure};
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  const instance_statistics found = statistics_of(store, "a");
  CHECK(found.history_events == 1);
  CHECK(found.history_bytes == packed_by("b").size());
  CHECK(found.queued_messages == 1);
  CHECK(found.kv_keys == 1);
  CHECK(found.kv_bytes == 3);
}

STORE_LAW(
    "an instance has statistics from its start until it is deleted, and no messages once it has ended") {
  CHECK_FALSE(store->administration().statistics("a").value().has_value());
  REQUIRE(store->start(start_of("a")).value());
  instance_statistics found = statistics_of(store, "a");
  CHECK(found.history_events == 0);
  CHECK(found.history_bytes == 0);
  CHECK(found.queued_messages == 0);
  CHECK(found.inbox_messages == 1);
  CHECK(found.kv_keys == 0);
  CHECK(found.kv_bytes == 0);

  store.create("b");
  store.post(queued("b"));
  store.post(event_for("b", "go"));
  REQUIRE(store.commit(last_turn("b", 3)).outcome == turn_outcome::committed);
  found = statistics_of(store, "b");
  CHECK(found.history_events == 3);
  CHECK(found.queued_messages == 0);
  CHECK(found.inbox_messages == 0);
  CHECK(store->administration().remove("b", false).value().refusal == deletion_refusal::none);
  CHECK_FALSE(store->administration().statistics("b").value().has_value());
}

}  // namespace laws_of_statistics
