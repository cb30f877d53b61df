// What an operator sees, and what it takes to delete.
#include "tests/persistence/conformance/kit.hpp"

#include <algorithm>
#include <set>

namespace laws_of_administration {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

turn_commit root(const std::string& id, std::int64_t created, const std::string& orchestration = "Hello") {
  turn_commit turn = first_turn(id);
  turn.began_at = turn.creates->created_at = moment(created);
  turn.creates->orchestration = orchestration;
  return turn;
}

turn_commit child(const std::string& id, const std::string& parent) {
  turn_commit turn = first_turn(id);
  turn.creates->parent = parent_link{parent, 1, 2};
  return turn;
}

turn_commit ended(const std::string& id, runtime_status status, std::int64_t when) {
  turn_commit turn = last_turn(id, 3);
  turn.began_at = moment(when);
  turn.update.status = turn.ends->status = status;
  return turn;
}

std::string ids(const std::vector<instance_summary>& found) {
  std::string text;
  for (const auto& each : found) text += (text.empty() ? "" : " ") + each.instance;
  return text;
}

std::string listed(const live_store& store, const instance_query& what) {
  return ids(store->administration().list(what).value().instances);
}

// All pages of a query, with a bar between them.
std::string paged(const live_store& store, instance_query what) {
  std::string text;
  do {
    const instance_page page = store->administration().list(what).value();
    text += (text.empty() ? "" : " | ") + ids(page.instances);
    what.cursor = page.cursor;
  } while (!what.cursor.empty());
  return text;
}

// Execution 1 continued as new at 10, execution 2 at 20 and so on; the last one runs.
void run_executions(live_store& store, const std::string& id, std::uint64_t count) {
  store.create(id);
  for (std::uint64_t n = 1; n < count; ++n) {
    turn_commit turn;
    turn.instance = id;
    turn.execution = n;
    turn.began_at = moment(static_cast<std::int64_t>(10 * n));
    const std::uint64_t next_event = n == 1 ? 3 : 2;
    turn.history.push_back({n, next_event, 1, R"({"build":"b","at":1,"events":[{"kind":"guid_recorded"}]})"});
    turn.history.push_back({n + 1, 1, 1, R"({"build":"b","at":1,"events":[{"kind":"guid_recorded"}]})"});
    turn.ends = execution_end{n, runtime_status::continued_as_new, "\"next\"", std::nullopt};
    turn.begins = execution_begin{n + 1, "\"next\"", first_tenure};
    REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  }
}

std::string executions(const live_store& store, const std::string& id) {
  std::string text;
  const auto all = store->administration().executions(id, 0).value();
  for (const auto& each : all) text += (text.empty() ? "" : " ") + std::to_string(each.execution);
  return text;
}

}  // namespace

STORE_LAW("instances are listed by creation, by id and by change, upwards and downwards, page by page") {
  for (const auto* id : {"c", "a", "d", "b"}) store.commit(root(id, 100));
  store.commit(ended("a", runtime_status::completed, 900));
  store.commit(ended("d", runtime_status::failed, 500));
  instance_query what;
  CHECK(listed(store, what) == "b d a c");
  what.limit = 3;
  CHECK(paged(store, what) == "b d a | c");
  what.descending = false;
  CHECK(paged(store, what) == "c a d | b");
  what.order = instance_order::id;
  CHECK(paged(store, what) == "a b c | d");
  what.order = instance_order::updated;
  what.limit = 1;
  CHECK(paged(store, what) == "c | b | d | a");
  what.descending = true;
  CHECK(paged(store, what) == "a | d | b | c");
}

STORE_LAW("a list goes on where its page ended, whatever comes and goes") {
  for (const auto* id : {"a", "b", "c", "d"}) store.commit(root(id, 100));
  instance_query what;
  what.limit = 2;
  const instance_page first = store->administration().list(what).value();
  CHECK(ids(first.instances) == "d c");
  store.commit(ended("c", runtime_status::completed, 200));
  CHECK(store->administration().remove("c", false).value().refusal == deletion_refusal::none);
  store.commit(root("e", 300));
  what.cursor = first.cursor;
  CHECK(listed(store, what) == "b a");
}

STORE_LAW("a cursor of another query is refused") {
  for (const auto* cursor :
       {"x", "id a", "created", "created x", "created 99999999999999999999", "updated 7"}) {
    instance_query what;
    what.cursor = cursor;
    const auto refused = store->administration().list(what);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == error_kind::invalid_argument);
  }
}

STORE_LAW("a list shows what its filter lets through") {
  turn_commit labelled = root("orders-1", 100, "Order");
  labelled.creates->labels = {{"team", "blue"}, {"quo\"te", "\"x\":\"y\""}};
  store.commit(labelled);
  store.commit(root("orders-2", 200, "Order"));
  store.commit(root("payments-1", 300, "Payment"));
  store.commit(child("child-1", "orders-1"));
  store.commit(ended("orders-2", runtime_status::completed, 400));
  store.commit(ended("payments-1", runtime_status::failed, 500));
  const auto with = [&store](auto change) {
    instance_query what;
    what.order = instance_order::id;
    what.descending = false;
    change(what.filter);
    return listed(store, what);
  };
  CHECK(with([](auto& f) { f.statuses = {runtime_status::running}; }) == "child-1 orders-1");
  CHECK(with([](auto& f) {
          f.statuses = {runtime_status::failed, runtime_status::completed};
        }) == "orders-2 payments-1");
  CHECK(with([](auto& f) { f.orchestration = "Order"; }) == "orders-1 orders-2");
  CHECK(with([](auto& f) { f.id_prefix = "orders-"; }) == "orders-1 orders-2");
  CHECK(with([](auto& f) { f.id_prefix = "orders-3"; }) == "");
  CHECK(with([](auto& f) { f.parent = "orders-1"; }) == "child-1");
  CHECK(with([](auto& f) { f.roots_only = true; }) == "orders-1 orders-2 payments-1");
  CHECK(with([](auto& f) { f.has_label = label{"team", "blue"}; }) == "orders-1");
  CHECK(with([](auto& f) { f.has_label = label{"quo\"te", "\"x\":\"y\""}; }) == "orders-1");
  CHECK(with([](auto& f) { f.has_label = label{"x", "y"}; }) == "");
  CHECK(with([](auto& f) { f.has_label = label{"team", "red"}; }) == "");
  CHECK(with([](auto& f) { f.created_from = moment(200); }) == "orders-2 payments-1");
  CHECK(with([](auto& f) { f.created_before = moment(200), f.roots_only = true; }) == "orders-1");
  CHECK(with([](auto& f) { f.updated_from = moment(400), f.updated_before = moment(500); }) == "orders-2");
}

STORE_LAW("a list of ids lets through those that are there, each once, whatever characters are in them") {
  const std::set<std::string> all{
      "plain",  "it's",         "\"quoted\"", "back\\slash", "{a,b}",        "[1]",  "NULL",
      "null",   "\u00fc\u4e2d", "\U0001f600", " x ",         "\\x61",        "17",   "%",
      "$1",     "a,b",          "\\",         "?",           "x'); drop --", "\\\"", "\uffff\U0010ffff",
      "\\u0061"};
  for (const std::string& each : all) store.create(each);
  store.create("other");
  instance_query what;
  what.order = instance_order::id;
  what.descending = false;
  std::string expected;
  for (const std::string& each : all) {
    INFO(each);
    what.filter.ids = std::vector<std::string>{"nobody", each, each + each, each};
    CHECK(listed(store, what) == each);
    expected += (expected.empty() ? "" : " ") + each;
  }
  what.filter.ids = std::vector<std::string>(all.rbegin(), all.rend());
  CHECK(listed(store, what) == expected);
}

STORE_LAW("an empty list of ids lets nothing through, and unknown ids do not either") {
  store.create("a");
  instance_query what;
  for (const auto order : {instance_order::created, instance_order::id, instance_order::updated}) {
    what.order = order;
    what.filter.ids = std::vector<std::string>{};
    CHECK(listed(store, what).empty());
    what.filter.ids = std::vector<std::string>{"A", "aa", "nobody"};
    CHECK(listed(store, what).empty());
    what.filter.ids = std::nullopt;
    CHECK(listed(store, what) == "a");
  }
}

STORE_LAW("a list of ids holds beside the other conditions, in every order and on every page") {
  for (const auto* id : {"c", "a", "d", "b", "e"}) store.commit(root(id, 100));
  store.commit(child("child", "a"));
  store.commit(ended("a", runtime_status::completed, 900));
  store.commit(ended("d", runtime_status::failed, 500));
  instance_query what;
  what.limit = 2;
  what.filter.ids = std::vector<std::string>{"a", "b", "c", "d", "child"};
  CHECK(paged(store, what) == "child b | d a | c");
  what.order = instance_order::id;
  CHECK(paged(store, what) == "d child | c b | a");
  what.filter.roots_only = true;
  what.order = instance_order::updated;
  CHECK(paged(store, what) == "a d | b c");
  what.filter.statuses = {runtime_status::failed};
  CHECK(paged(store, what) == "d");
  what.filter.statuses = {runtime_status::completed, runtime_status::failed};
  CHECK(paged(store, what) == "a d");
  what.filter.id_prefix = "a";
  CHECK(paged(store, what) == "a");
  what.filter = {};
  what.filter.ids = std::vector<std::string>{"child", "b"};
  what.filter.parent = "a";
  CHECK(paged(store, what) == "child");
  what.filter.ids = std::vector<std::string>{"b"};
  CHECK(paged(store, what).empty());
}

STORE_LAW("five thousand ids are asked for at once") {
  const auto id_of = [](std::size_t n) { return "order-" + std::to_string(10'000 + n); };
  std::vector<std::string> wanted;
  std::vector<turn_commit> turns;
  for (std::size_t n = 0; n < 5'000; ++n) {
    wanted.push_back(id_of(n));
    if (n % 25 == 0) turns.push_back(first_turn(wanted.back()));
  }
  turns.push_back(first_turn("order-1"));
  REQUIRE(store.commit(batch_of(turns)).turns.size() == 201);
  for (const auto order : {instance_order::created, instance_order::id, instance_order::updated}) {
    instance_query what;
    what.order = order;
    what.descending = false;
    what.limit = 150;
    what.filter.ids = wanted;
    const instance_page first = store->administration().list(what).value();
    CHECK(first.instances.size() == 150);
    what.cursor = first.cursor;
    const instance_page second = store->administration().list(what).value();
    REQUIRE(second.instances.size() == 50);
    CHECK(second.cursor.empty());
    CHECK(second.instances.back().instance == id_of(4'975));
  }
}

STORE_LAW("what an id begins with is found whatever characters come behind it") {
  const std::vector<std::string> prefixes{"p",
                                          "p\x7f",
                                          "p\u07ff",
                                          "p\ud7ff",
                                          "p\uffff",
                                          "p\u00bf",
                                          "p\u0fff",
                                          "p\U0003ffff",
                                          "p\U0010ffff",
                                          "\U0010ffff",
                                          "\U0010ffff\U0010ffff"};
  const std::vector<std::string> behind{
      "",       "a",      "\x7f",       "\u0080",     "\ud7ff",
      "\ue000", "\uffff", "\U00010000", "\U0010ffff", "\U0010ffff\U0010ffff z"};
  std::set<std::string> all{"o",           "q",           "p\u0800", "p\ue000",
                            "p\U00010000", "p\U00040000", "\uffff",  "p\u1000"};
  for (const std::string& prefix : prefixes)
    for (const std::string& each : behind) all.insert(prefix + each);
  for (const std::string& each : all) store.create(each);
  for (const std::string& prefix : prefixes) {
    std::string expected;
    for (const std::string& each : all)
      if (each.starts_with(prefix)) expected += (expected.empty() ? "" : " ") + each;
    instance_query what;
    what.order = instance_order::id;
    what.descending = false;
    what.limit = 1000;
    what.filter.id_prefix = prefix;
    INFO(prefix);
    CHECK(listed(store, what) == expected);
  }
}

STORE_LAW("everything about an instance is shown, its executions too") {
  CHECK_FALSE(store->administration().info("a").value().has_value());
  CHECK(store->administration().executions("a", 0).value().empty());
  turn_commit first = root("a", 100);
  first.creates->parent = parent_link{"p", 3, 7};
  first.creates->input = std::string("\0in", 3);
  first.update.custom_status = std::optional<std::string>("\"half\"");
  store.commit(first);
  turn_commit last = ended("a", runtime_status::failed, 300);
  last.ends->error = last.update.error =
      error_details{error_category::application, error_kind::activity_failed, "no", "greet"};
  store.commit(last);
  const instance_info info = store->administration().info("a").value().value();
  CHECK(info.summary.instance == "a");
  CHECK(info.summary.status == runtime_status::failed);
  CHECK(info.summary.created_at == moment(100));
  CHECK(info.summary.updated_at == moment(300));
  CHECK(info.parent == parent_link{"p", 3, 7});
  CHECK((info.input == std::string("\0in", 3)));
  CHECK(info.custom_status == "\"half\"");
  CHECK(info.error == last.update.error);

  run_executions(store, "b", 3);
  const auto all = store->administration().executions("b", 0).value();
  REQUIRE(all.size() == 3);
  CHECK(all[0].status == runtime_status::continued_as_new);
  CHECK(all[0].ended_at == moment(10));
  CHECK(all[0].event_count == 3);
  CHECK(all[0].output == "\"next\"");
  CHECK(all[2].status == runtime_status::running);
  CHECK(all[2].event_count == 1);
  CHECK_FALSE(all[2].ended_at.has_value());
  CHECK(store->administration().executions("b", 2).value().at(0).started_at == moment(10));
  CHECK(store->administration().executions("b", 4).value().empty());
}

STORE_LAW("a tree has an instance and all below it, each after its parent") {
  store.commit(root("r", 100));
  store.commit(child("r::1", "r"));
  store.commit(child("r::1::1", "r::1"));
  store.commit(child("r::2", "r"));
  store.commit(root("other", 100));
  std::string text;
  const auto tree = store->administration().tree("r").value();
  for (const auto& each : tree) text += std::to_string(each.depth) + each.summary.instance + " ";
  CHECK(text == "0r 1r::1 1r::2 2r::1::1 ");
  CHECK(store->administration().tree("r::1").value().size() == 2);
  CHECK(store->administration().tree("nobody").value().empty());
}

STORE_LAW("figures count what there is") {
  turn_commit busy = scheduling({activity_of("a", 1), shared_activity("a", 2)});
  busy.messages.push_back({timer_for("a", 5, moment(500)), first_tenure});
  store.commit(busy);
  store.post(event_for("a", "go"));
  message later = event_for("a", "later");
  later.visible_at = moment(10'000);
  store.post(later);
  store.create("b");
  store.commit(ended("b", runtime_status::cancelled, 50));
  const system_metrics metrics = store->administration().metrics().value();
  CHECK(metrics.instances == 2);
  CHECK(metrics.running == 1);
  CHECK(metrics.cancelled == 1);
  CHECK(metrics.executions == 2);
  CHECK(metrics.events == 5);
  const queue_depths depths = store->administration().depths(moment(1000)).value();
  CHECK(depths.messages == 1);
  CHECK(depths.later_messages == 1);
  CHECK(depths.timers == 1);
  CHECK(depths.activities_waiting == 1);
  CHECK(depths.activities_taken == 1);
}

STORE_LAW("deleting takes a whole tree with all that belongs to it, or nothing") {
  store.commit(root("r", 100));
  turn_commit below = child("r::1", "r");
  below.kv.push_back({"k", "\"v\"", moment(1)});
  below.activities.push_back(activity_of("r::1", 2));
  store.commit(below);
  store.post(event_for("r::1", "go"));
  store.create("other");
  CHECK(store->administration().remove("nobody", true).value().refusal == deletion_refusal::not_found);
  CHECK(store->administration().remove("r::1", true).value().refusal == deletion_refusal::has_parent);
  const auto refused = store->administration().remove("r", false).value();
  CHECK(refused.refusal == deletion_refusal::still_running);
  CHECK(refused.instance == "r");
  store.commit(ended("r", runtime_status::completed, 200));
  CHECK(store->administration().remove("r", false).value().instance == "r::1");
  CHECK(store->administration().tree("r").value().size() == 2);

  const auto gone = store->administration().remove("r", true).value();
  CHECK(gone.refusal == deletion_refusal::none);
  CHECK(gone.deleted.instances == 2);
  CHECK(gone.deleted.executions == 2);
  CHECK(gone.deleted.events == 5);
  CHECK(gone.deleted.messages == 1);
  CHECK(gone.deleted.activities == 1);
  CHECK(store.seen("r::1").empty());
  CHECK(store->kv("r::1", std::nullopt).value().empty());
  const queue_depths depths = store->administration().depths(moment(1000)).value();
  CHECK(depths.messages + depths.activities_taken == 0);
  CHECK_FALSE(store.seen("other").empty());

  turn_commit late = turn_of("r::1", 3);
  CHECK(store.commit(late).outcome == turn_outcome::stale);
  CHECK(store->post(event_for("r", "late")).value() == post_outcome::not_found);
  CHECK(store->start(start_of("r")).value());
}

STORE_LAW("pruning deletes executions that have ended, never the current one") {
  CHECK_FALSE(store->administration().prune("nobody", {}).value().has_value());
  run_executions(store, "a", 5);
  turn_commit turn;
  turn.instance = "a";
  turn.execution = 5;
  turn.began_at = moment(60);
  turn.kv.push_back({"k", "\"v\"", moment(1)});
  store.commit(turn);
  prune_options options;
  options.keep_last = 4;
  const deletion pruned = store->administration().prune("a", options).value().value();
  CHECK(pruned.executions == 1);
  CHECK(pruned.events == 3);
  CHECK(executions(store, "a") == "2 3 4 5");
  options.keep_last = 1;
  options.ended_before = moment(30);
  CHECK(store->administration().prune("a", options).value()->executions == 1);
  CHECK(executions(store, "a") == "3 4 5");
  for (const std::uint64_t kept : {0, 1}) {
    options = {};
    options.keep_last = kept;
    store->administration().prune("a", options).value();
    CHECK(executions(store, "a") == "5");
  }
  CHECK(store->kv("a", std::nullopt).value().size() == 1);
  CHECK(store->load("a").value()->history.size() == 1);
}

STORE_LAW("nodes are shown with what they offer and own, the living ones first") {
  std::uint64_t left = 0;
  {
    const other_node other(store, false);
    left = other.node();
    const auto two = store->administration().nodes(10).value();
    REQUIRE(two.size() == 2);
    CHECK(two[0].node == left);
    CHECK(two[0].shards.empty());
    CHECK(two[1].node == store.node());
    CHECK(two[1].state == "alive");
    CHECK(two[1].name == "tester");
    CHECK(two[1].orchestrations == std::vector<std::string>{"Hello"});
    CHECK(two[1].activities == std::vector<std::string>{"greet"});
    CHECK(two[1].shards.size() == store.membership().shard_count);
    other->leave(left).value();
  }
  const auto now = store->administration().nodes(1).value();
  REQUIRE(now.size() == 2);
  CHECK(now[0].node == store.node());
  CHECK(now[1].node == left);
  CHECK(now[1].state == "left");
  CHECK(store->administration().nodes(0).value().size() == 1);
}

}  // namespace laws_of_administration
