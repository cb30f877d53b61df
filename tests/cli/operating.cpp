// The life of instances, seen and driven by the program.
#include "duroxide/duroxide.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

namespace laws_of_operating {

using namespace duroxide;
using namespace duroxide::testing_support;
using boost::json::serialize;

namespace {

constexpr activity<int(int)> charge{"charge"};
constexpr orchestration<int(int)> pay{"Pay"};
constexpr orchestration<std::string(int)> approval{"Approval"};
constexpr orchestration<int(int)> order{"Order"};
constexpr orchestration<int(int)> counter{"Counter"};
constexpr activity<int(int)> reserve{"reserve"};
constexpr orchestration<int(int)> purchase{"Purchase"};
constexpr event<std::string> approved{"approved"};
constexpr event_queue<int> parcels{"parcels"};
constexpr durable_actor<long> account{"account"};
constexpr command<long(long)> deposit{"deposit"};

task<int> run_pay(orchestration_context ctx, int amount) {
  co_return co_await ctx.schedule_activity(charge, amount);
}

task<std::string> run_approval(orchestration_context ctx, int amount) {
  ctx.set_custom_status("waiting");
  ctx.set_kv_value("amount", amount);
  const std::string approver = co_await ctx.wait_for_event(approved);
  const int parcel = co_await ctx.dequeue_event(parcels);
  co_return approver + " " + std::to_string(parcel);
}

task<int> run_order(orchestration_context ctx, int amount) {
  const int paid = co_await ctx.schedule_sub_orchestration(pay, amount);
  co_return paid + 1;
}

task<int> run_purchase(orchestration_context ctx, int amount) {
  const int reserved = co_await ctx.schedule_activity(reserve, amount);
  const int charged = co_await ctx.schedule_activity(charge, reserved);
  co_return charged;
}

task<int> run_counter(orchestration_context ctx, int turn) {
  if (turn < 5) co_return ctx.continue_as_new(turn + 1);
  co_return turn;
}

std::unique_ptr<runtime> open_shop(const named_store& store) {
  auto shop = std::make_unique<runtime>(store.open());
  shop->register_activity(charge, [](activity_context&, int amount) {
    if (amount < 0) throw std::runtime_error("nothing to charge");
    return amount;
  });
  shop->register_orchestration(pay, run_pay);
  shop->register_orchestration(approval, run_approval);
  shop->register_orchestration(order, run_order);
  shop->register_orchestration(counter, run_counter);
  shop->register_actor(account).on(deposit,
                                   [](actor_context&, long& state, long cents) { return state += cents; });
  shop->start();
  return shop;
}

std::string kinds_in(const boost::json::value& history) {
  std::string kinds;
  for (const auto& each : history.at("events").as_array())
    kinds += (kinds.empty() ? "" : " ") + std::string(each.at("kind").as_string());
  return kinds;
}

// What an instance waits for now, by name.
std::string waits_of(const named_store& store, const std::string& id) {
  std::string found;
  const auto answer = store.json({"waits", id});
  for (const auto& each : answer.at("waits").as_array())
    found += std::string(each.at("kind").as_string()) + " " + std::string(each.at("name").as_string());
  return found;
}

}  // namespace

LAW("an instance is started, watched, signalled and awaited from the command line") {
  const named_store store;
  const auto shop = open_shop(store);
  CHECK(serialize(store.json({"start", "Approval", "a", "50", "--label", "customer=Ada"})) ==
        R"({"id":"a","started":true})");
  CHECK(serialize(store.json({"start", "Approval", "a", "50"})) == R"({"id":"a","started":false})");
  CHECK(eventually([&] { return waits_of(store, "a") == "external_subscribed approved"; }));
  CHECK(store.json({"status", "a"}).at("custom_status") == "waiting");
  CHECK(serialize(store.json({"kv", "a"}).at("values")) == R"({"amount":50})");
  CHECK(serialize(store.json({"kv", "a", "amount"}).at("values")) == R"({"amount":50})");
  CHECK(store.json({"show", "a"}).at("labels").at("customer") == "Ada");
  CHECK(store.run({"wait", "a", "--timeout", "1ms"}).exit_code == 1);
  store.json({"raise", "a", "approved", "\"Grace\""});
  store.json({"enqueue", "a", "parcels", "7"});
  CHECK(store.json({"wait", "a", "--timeout", "30s"}).at("output") == "Grace 7");
  CHECK(kinds_in(store.json({"history", "a"})) == "orchestration_started custom_status_updated kv_set "
                                                  "external_subscribed external_raised queue_subscribed "
                                                  "queue_message orchestration_completed");
  CHECK(waits_of(store, "a").empty());
  CHECK(store.json({"size", "a"}).at("history_events") == 8);
  CHECK(serialize(store.json({"activities", "a"}).at("activities")) == "[]");
}

LAW("a failure is shown with what failed, and has an exit code") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Order", "o", "-5"});
  const outcome waited = store.run({"wait", "o", "--timeout", "30s"});
  CHECK(waited.exit_code == 1);
  CHECK_THAT(waited.output, Catch::Contains("failed") && Catch::Contains("nothing to charge"));
  const auto shown = store.json({"show", "o"});
  CHECK(shown.at("status") == "failed");
  CHECK(shown.at("error").at("source") == "charge");
  const auto tree = store.json({"tree", "o"});
  CHECK(tree.at("instances").as_array().size() == 2);
  CHECK(tree.at("instances").at(1).at("parent") == "o");
  CHECK(serialize(store.json({"count", "--by", "orchestration"})) ==
        R"({"total":2,"groups":[{"orchestration":"Order","count":1},{"orchestration":"Pay","count":1}]})");
  const auto timeline = store.json({"timeline", "o::sub::2"});
  CHECK(timeline.at("spans").at(0).at("kind") == "activity");
  CHECK(timeline.at("spans").at(0).at("outcome") == "failed");
  CHECK(store.run({"list", "--status", "failed", "--roots", "--output", "ids"}).output == "o\n");
  CHECK(store.run({"list", "--parent", "o", "--output", "ids"}).output == "o::sub::2\n");
}

LAW("an order that failed is rewound with its payment, or begins anew with another input") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Order", "o", "-5"});
  REQUIRE(store.run({"wait", "o", "--timeout", "30s"}).exit_code == 1);
  CHECK(store.run({"rewind", "o", "--dry-run"}).output ==
        "This would send o back to before event 3 of execution 1, with o::sub::2.\n");
  CHECK(store.run({"rewind", "o", "--reason", "try again"}).output ==
        "Sent o back to before event 3 of execution 1, with o::sub::2.\n");
  REQUIRE(store.run({"wait", "o", "--timeout", "30s"}).exit_code == 1);
  CHECK(store.run({"restart", "o", "5"}).output == "Sent o back to before event 2 of execution 1.\n");
  CHECK(store.json({"wait", "o", "--timeout", "30s"}).at("status") == "completed");
  const std::string kinds = kinds_in(store.json({"history", "o"}));
  CHECK_THAT(kinds, Catch::Contains("orchestration_rewound"));
}

LAW("orders that failed while the bank was down are all sent back by two words of the shell, and nothing "
    "that had "
    "succeeded runs again") {
  constexpr int orders = 200;
  const named_store store;
  std::atomic<int> reserved{0};
  std::atomic<int> charged{0};
  std::atomic<bool> bank_is_up{false};
  runtime shop(store.open());
  shop.register_activity(reserve, [&](activity_context&, int amount) {
    ++reserved;
    return amount;
  });
  shop.register_activity(charge, [&](activity_context&, int amount) {
    if (!bank_is_up) throw std::runtime_error("the bank is down");
    ++charged;
    return amount;
  });
  shop.register_orchestration(purchase, run_purchase);
  shop.start();
  for (int i = 0; i < orders; ++i) shop.client().start(purchase, "o" + std::to_string(i), i);
  const auto has = [&](const std::string& condition) {
    return eventually([&] {
      return store.json({"count", condition + " and orchestration = 'Purchase'"}).at("total") == orders;
    });
  };
  REQUIRE(has("status = failed"));
  CHECK(reserved == orders);
  bank_is_up = true;
  const std::string failed =
      store.run({"list", "status = failed", "--limit", "1000", "--output", "ids"}).output;
  const outcome sent = store.run({"rewind", "-", "--reason", "the bank is up"}, failed);
  CHECK(sent.exit_code == 0);
  REQUIRE(has("status = completed"));
  CHECK(reserved == orders);
  CHECK(charged == orders);
  CHECK(store.json({"verify"}).at("inconsistencies") == 0);
}

LAW("what is cancelled ends, and what has ended can be deleted") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Approval", "a", "1"});
  CHECK(store.run({"delete", "a", "--yes"}).exit_code == 1);
  CHECK(store.run({"delete", "a"}).exit_code == 3);
  store.json({"cancel", "a", "--reason", "ordered twice"});
  const outcome waited = store.run({"wait", "a", "--timeout", "30s", "--output", "json"});
  CHECK(waited.exit_code == 1);
  CHECK(waited.json().at("status") == "cancelled");
  CHECK_THAT(waited.output, Catch::Contains("ordered twice"));
  CHECK(store.json({"delete", "a", "--yes"}).at("deleted").at("instances") == 1);
  CHECK(store.run({"show", "a"}).exit_code == 4);
  store.json({"start", "Approval", "b", "1"});
  CHECK(store.json({"delete", "b", "--force", "--yes"}).at("deleted").at("instances") == 1);
}

LAW("what is paused stands still until it is resumed, and what is terminated has failed") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Approval", "a", "1"});
  CHECK(store.run({"pause", "a", "--reason", "inventory", "--tree"}).output == "Asked a to pause.\n");
  REQUIRE(eventually([&] {
    return !store.json({"problems", "--kind", "paused"}).at("problems").as_array().empty();
  }));
  CHECK(store.json({"problems", "--kind", "paused"}).at("problems").at(0).at("detail") == "inventory");
  CHECK_THAT(store.run({"show", "a"}).output, Catch::Contains("inventory"));
  CHECK(store.run({"resume", "a"}).output == "Asked a to go on.\n");
  REQUIRE(eventually([&] { return store.json({"problems"}).at("problems").as_array().empty(); }));
  CHECK(store.json({"terminate", "a", "--reason", "broken"}).at("terminated") == true);
  const outcome waited = store.run({"wait", "a", "--timeout", "30s", "--output", "json"});
  CHECK(waited.exit_code == 1);
  CHECK(waited.json().at("status") == "failed");
  CHECK_THAT(waited.output, Catch::Contains("terminated"));
}

LAW("a command does the same for several ids, also from the standard input, and fails if one fails") {
  const named_store store;
  const auto shop = open_shop(store);
  for (const char* id : {"a", "b", "c"}) store.json({"start", "Order", id, "1"});
  for (const char* id : {"a", "b", "c"}) store.json({"wait", id, "--timeout", "30s"});
  CHECK(store.json({"status", "a", "b"}).as_array().size() == 2);
  const outcome some = store.run({"delete", "a", "nosuch", "b", "--yes"});
  CHECK(some.exit_code == 4);
  CHECK_THAT(some.complaints, Catch::Contains("no instance 'nosuch'"));
  CHECK(store.run({"list", "--roots", "-o", "ids"}).output == "c\n");
  CHECK(store.run({"delete", "-", "--yes"}, "c\n\n").exit_code == 0);
  CHECK(store.run({"list"}).output == "No instance matches.\n");
}

LAW("old executions are pruned, and ended instances deleted after a dry run") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Counter", "n", "1"});
  store.json({"wait", "n", "--timeout", "30s"});
  CHECK(store.json({"executions", "n"}).at("executions").as_array().size() == 5);
  CHECK(store.json({"prune", "n", "--keep", "3", "--yes"}).at("deleted").at("executions") == 2);
  CHECK(store.json({"executions", "n"}).at("executions").as_array().size() == 3);
  CHECK(store.json({"executions", "n", "--execution", "4"}).at("executions").as_array().size() == 1);
  CHECK(store.json({"prune-all", "--orchestration", "Counter", "--yes"}).at("deleted").at("executions") == 2);
  const std::vector<std::string> ended{"delete-ended", "--status", "completed", "--orchestration", "Counter"};
  auto trial = ended;
  trial.emplace_back("--dry-run");
  CHECK(store.json(trial).at("instances").at(0).at("id") == "n");
  CHECK(store.run(ended).exit_code == 3);
  auto agreed = ended;
  agreed.emplace_back("--yes");
  CHECK(store.json(agreed).at("deleted").at("instances") == 1);
}

LAW("durable actors are told and asked by their names") {
  const named_store store;
  const auto shop = open_shop(store);
  CHECK(serialize(store.json({"tell", "account/ada", "deposit", "5"})) ==
        R"({"id":"@account/ada","command":"deposit"})");
  CHECK(store.json({"ask", "account/ada", "deposit", "7", "--timeout", "30s"}).at("answer") == 12);
  CHECK(store.run({"ask", "@account/ada", "deposit", "1", "--timeout", "30s"}).output == "13\n");
  CHECK(store.json({"show", "@account/ada"}).at("orchestration") == "@account");
  const auto told = store.json({"explain", "@account/ada"});
  CHECK(told.at("state") == "active");
  CHECK(told.at("waits").as_array().empty());
}

LAW("the store is counted, its nodes are listed, and it is verified") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Order", "o", "1"});
  store.json({"wait", "o", "--timeout", "30s"});
  const auto stats = store.json({"stats"});
  CHECK(stats.at("totals").at("completed") == 2);
  CHECK(stats.at("waiting").at("messages") == 0);
  const auto nodes = store.json({"nodes"});
  CHECK(nodes.at("nodes").at(0).at("state") == "alive");
  CHECK_THAT(serialize(nodes), Catch::Contains("\"Order@1.0.0\""));
  CHECK(store.run({"verify"}).output.starts_with("All is well in 2 instances"));
}

LAW("what an instance waits for is explained, with what keeps it away") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Approval", "a", "50"});
  REQUIRE(eventually([&] { return waits_of(store, "a") == "external_subscribed approved"; }));
  const auto told = store.json({"explain", "a"});
  CHECK(told.at("state") == "active");
  CHECK(told.at("owner").at("lives") == true);
  CHECK(told.at("waits").at(0).at("kind") == "event");
  CHECK(told.at("waits").at(0).at("name") == "approved");
  CHECK(told.at("waits").at(0).at("blocked_by") == "event");
  CHECK_THAT(store.run({"explain", "a"}).output,
             Catch::Contains("event approved, for ") && Catch::Contains("nobody has raised it"));
  CHECK(store.run({"explain", "a", "--output", "ids"}).output == "a\n");
  CHECK_THAT(store.run({"explain", "a", "--output", "jsonl"}).output,
             Catch::Contains("\"state\":\"active\""));
}

LAW("an instance that nobody can run is listed with its problem, and shown with it") {
  const named_store store;
  const auto shop = open_shop(store);
  CHECK(store.run({"problems"}).output == "There is no such problem.\n");
  store.json({"start", "Unknown", "u", "1"});
  REQUIRE(eventually([&] { return !store.json({"problems"}).at("problems").as_array().empty(); }));
  const auto problem = store.json({"problems", "--kind", "not_registered"}).at("problems").at(0);
  CHECK(problem.at("id") == "u");
  CHECK_THAT(serialize(problem), Catch::Contains("orchestration 'Unknown' is not registered"));
  CHECK(store.json({"problems", "--kind", "mismatch"}).at("problems").as_array().empty());
  CHECK(store.json({"show", "u"}).at("problem").at("kind") == "not_registered");
  CHECK_THAT(store.run({"show", "u"}).output, Catch::Contains("not_registered, for "));
  CHECK_THAT(store.run({"problems"}).output, Catch::Contains("u  not_registered, for "));
  CHECK(store.json({"explain", "u"}).at("state") == "stalled");
  CHECK(store.json({"explain", "u"}).at("problem").at("kind") == "not_registered");
  CHECK(store.run({"problems", "--kind", "sad"}).exit_code == 2);
}

LAW("instances move to another store in a file, and the file is compared with both") {
  const named_store from;
  const named_store other;
  {
    const auto shop = open_shop(from);
    from.json({"start", "Order", "o", "1"});
    from.json({"wait", "o", "--timeout", "30s"});
    from.json({"start", "Counter", "n", "1"});
    from.json({"wait", "n", "--timeout", "30s"});
  }
  const std::string file = from.file("all.jsonl");
  CHECK(from.json({"export", file}).at("exported").at("instances") == 3);
  CHECK(other.json({"import", file}).at("imported").at("instances") == 3);
  CHECK(other.run({"compare", file}).output == "Nothing differs.\n");
  CHECK(other.run({"import", file}).exit_code == 1);
  CHECK(other.json({"show", "o"}).at("output") == 2);
  other.json({"delete", "n", "--yes"});
  const outcome differs = other.run({"compare", file});
  CHECK(differs.exit_code == 1);
  CHECK_THAT(differs.output, Catch::Contains("is not in the store"));
  CHECK(from.json({"export", from.file("one.jsonl"), "o"}).at("exported").at("instances") == 2);
}

LAW("a store is made on demand alone") {
  const named_store store(false);
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"list"}, {"show", "a"}, {"start", "Order", "a"}, {"cancel", "a"}, {"wait", "a"}}) {
    const outcome refused = store.run(words);
    CHECK(refused.exit_code == 5);
    CHECK_THAT(refused.complaints, Catch::Contains("duroxide init"));
  }
  CHECK(store.run({"init"}).exit_code == 0);
  CHECK(store.run({"init"}).exit_code == 0);
  CHECK(store.run({"migrate"}).exit_code == 0);
  CHECK(store.run({"list"}).output == "No instance matches.\n");
}

LAW("instances are found and counted by a filter, and by options beside it") {
  const named_store store;
  const client client(store.open());
  const auto start = [&](const char* id, auto amount, const char* team) {
    client.start(order, id, 1, {.labels = {make_label("amount", amount), make_label("team", team)}});
  };
  start("a", 5, "red");
  start("b", 50, "blue");
  start("c", "50", "blue");
  client.start(pay, "d", 1);
  const auto ids = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "list");
    words.insert(words.end(), {"--output", "ids"});
    return store.run(words).output;
  };
  CHECK(ids({"amount > 7 or team = red"}) == "b\na\n");
  CHECK(ids({"amount > 7 or team = red order by id"}) == "a\nb\n");
  CHECK(ids({"orchestration = Order", "--label", "team=blue", "--ascending"}) == "b\nc\n");
  CHECK(ids({"orchestration = Order", "--label", "amount=50", "--created-after", "1h"}) == "c\n");
  CHECK(ids({"amount is null", "--status", "pending,running", "--roots"}) == "d\n");
  CHECK(ids({"--filter", "id like 'a%'"}) == "a\n");
  const auto page = store.json({"list", "team is not null", "--limit", "2"});
  CHECK(ids({"team is not null", "--limit", "2", "--cursor", std::string(page.at("cursor").as_string())}) ==
        "a\n");

  CHECK(serialize(store.json({"count", "orchestration = Order", "--by", "team"})) ==
        R"({"total":3,"groups":[{"value":"blue","count":2},{"value":"red","count":1}]})");
  CHECK(serialize(store.json({"count", "--prefix", "d", "--by", "team"})) ==
        R"({"total":1,"groups":[{"value":null,"count":1}]})");
  CHECK(serialize(store.json({"count", "amount = 50 or orchestration = Pay", "--by", "version"})) ==
        R"({"total":2,"groups":[{"version":"Order ","count":1},{"version":"Pay ","count":1}]})");
  CHECK(serialize(store.json({"count", "id = d", "--by", "state"})) ==
        R"({"total":1,"groups":[{"state":"not_started","count":1}]})");
  CHECK(serialize(store.json({"count", "state != ended", "--by", "problem"})) ==
        R"({"total":4,"groups":[{"problem":null,"count":4}]})");
  CHECK(ids({"state = not_started and orchestration = Pay"}) == "d\n");
  CHECK(store.run({"list", "state = asleep"})
            .complaints.find("there are not_started, active, stalled, paused and ended") !=
        std::string::npos);
  CHECK(store.run({"count", "id = d", "--by", "parent"}).output == "(none)  1\nin all  1\n");
}

LAW("a label is set from the command line, with a type, and removed") {
  const named_store store;
  const auto shop = open_shop(store);
  store.json({"start", "Approval", "a", "50", "--label", "customer=Ada"});
  CHECK(serialize(store.json({"label", "a", "amount", "42.50", "--type", "number"})) ==
        R"({"id":"a","label":"amount","value":"42.5"})");
  CHECK(store.run({"label", "a", "paid", "true", "--type", "bool"}).output == "Asked for paid=true on a.\n");
  CHECK(store.run({"label", "a", "customer", "--remove"}).output == "Asked to remove customer from a.\n");
  const auto found = [&](const char* filter) {
    return store.run({"list", filter, "--output", "ids"}).output;
  };
  CHECK(eventually([&] { return found("amount > 42 and paid = true and customer is null") == "a\n"; }));
}

LAW("a page of a list names the next one") {
  const named_store store;
  const client client(store.open());
  for (int i = 0; i < 5; ++i) client.start({"Order", "o-" + std::to_string(i), "1"});
  const auto first = store.json({"list", "--limit", "3", "--ascending"});
  CHECK(first.at("instances").as_array().size() == 3);
  const auto cursor = std::string(first.at("cursor").as_string());
  const auto second = store.json({"list", "--limit", "3", "--ascending", "--cursor", cursor});
  CHECK(second.at("instances").at(0).at("id") == "o-3");
  CHECK(!second.as_object().contains("cursor"));
  CHECK_THAT(store.run({"list", "--limit", "3"}).output, Catch::Contains("There are more: add --cursor '"));
}

}  // namespace laws_of_operating
