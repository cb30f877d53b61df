// What people and scripts see.
#include "api/cli/views.hpp"

#include "duroxide/client.hpp"
#include "duroxide/limits.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace laws_of_views {

using namespace duroxide;
using namespace duroxide::testing_support;
using boost::json::parse;

namespace {

std::string shown(std::string_view verb, const std::string& answer, cli::terminal to = {}) {
  return cli::view_of(verb, parse(answer), to);
}

}  // namespace

LAW("a list has a line for each instance, and columns only where something stands") {
  CHECK(shown("list", R"({"instances":[{"id":"a","status":"running","orchestration":"Order","version":"1.0.0",
                          "labels":{}},{"id":"order-7","status":"failed","orchestration":"Order","labels":{}}]})") ==
        "ID       STATUS   ORCHESTRATION  AGE  UPDATED\n"
        "a        running  Order 1.0.0\n"
        "order-7  failed   Order\n");
  CHECK(shown("list", R"({"instances":[{"id":"a","status":"running","orchestration":"Order","parent":"o",
                          "labels":{"customer":"Ada","tier":"gold"}}]})") ==
        "ID  STATUS   ORCHESTRATION  AGE  UPDATED  PARENT  LABELS\n"
        "a   running  Order                        o       customer=Ada, tier=gold\n");
}

LAW("a history names what each event is of") {
  CHECK(shown("history", R"({"id":"a","events":[
          {"event":1,"kind":"orchestration_started","name":"Order","input":{"amount":3},"version":"1.0.0"},
          {"event":2,"kind":"activity_scheduled","name":"charge","input":3,"attempt":2,"retry_of":2},
          {"event":3,"kind":"activity_failed","source":2,"error":{"message":"declined"}}]})") ==
        "a since \n"
        "EVENT  AFTER  WHAT                   NAME       DETAILS\n"
        "    1         orchestration_started  Order      {\"amount\":3}  version 1.0.0\n"
        "    2         activity_scheduled     charge     3  attempt 2  retry_of 2\n"
        "    3         activity_failed        charge #2  declined\n");
}

LAW("a timeline has a bar for each thing that was asked for") {
  CHECK(shown("timeline",
              R"({"id":"a","started_at":"2026-11-30T00:00:00.000Z","ended_at":"2026-11-30T00:00:10.000Z",
          "spans":[{"event":2,"kind":"activity","name":"charge","started_at":"2026-11-30T00:00:00.000Z",
                    "ended_at":"2026-11-30T00:00:01.000Z","outcome":"failed"},
                   {"event":3,"kind":"timer","started_at":"2026-11-30T00:00:08.000Z"}]})") ==
        "EVENT  KIND      NAME    TOOK  OUTCOME  10s in all\n"
        "    2  activity  charge    1s  failed   ━━━━\n"
        "    3  timer               2s  waits                                    ━━━━━━━━\n");
}

LAW("a tree shows who started whom") {
  const auto row = [](const std::string& id, int depth) {
    return R"({"id":")" + id + R"(","status":"running","orchestration":"O","depth":)" +
           std::to_string(depth) + "}";
  };
  CHECK(shown("tree", R"({"instances":[)" + row("a", 0) + "," + row("b", 1) + "," + row("c", 2) + "," +
                          row("d", 1) + "," + row("e", 2) + "]}") == "ID       STATUS   ORCHESTRATION  AGE\n"
                                                                     "a        running  O\n"
                                                                     "├─ b     running  O\n"
                                                                     "│  └─ c  running  O\n"
                                                                     "└─ d     running  O\n"
                                                                     "   └─ e  running  O\n");
}

LAW("an instance is shown with its error, and its stack in lines of its own") {
  CHECK(shown("show", R"({"id":"a","status":"failed","orchestration":"Order","execution":1,"labels":{},
                          "input":"x","error":{"kind":"activity_failed","message":"declined","source":"charge",
                          "type":"ValueError","stack":"one\ntwo"}})") ==
        "a\n"
        "status         failed\n"
        "orchestration  Order\n"
        "input          \"x\"\n"
        "error          declined\n"
        "  kind         activity_failed, in charge\n"
        "  type         ValueError\n"
        "\n"
        "stack\n"
        "  one\n"
        "  two\n");
}

LAW("an explanation names each wait, and what keeps it away, in lines that fit") {
  CHECK(shown("explain", R"json({"id":"a","state":"active","status":"running","orchestration":"Order",
          "version":"1.0.0","execution":1,"owner":{"node":3,"name":"ada:7","lives":false},
          "waits":[{"event":2,"kind":"activity","name":"charge","blocked_by":"no_node_offers","attempt":2,
                    "text":"no living node has a handler for it: not node 3 (ada:7)"},
                   {"event":14,"kind":"child","name":"Pay","blocked_by":"child","text":"'b' is stalled: mismatch",
                    "instance":{"id":"b","problem":{"kind":"mismatch","detail":"one\ntwo"}}}],
          "inbox":[{"kind":"enqueued","name":"notes","count":3}]})json",
              {48, false}) == "a\n"
                              "state          active since \n"
                              "status         running\n"
                              "orchestration  Order 1.0.0\n"
                              "owner          node 3 (ada:7), which is gone\n"
                              "\n"
                              "waits for\n"
                              "  #2   activity charge, attempt 2: no_node_offers\n"
                              "       no living node has a handler for it: not\n"
                              "       node 3 (ada:7)\n"
                              "  #14  child Pay b\n"
                              "       'b' is stalled: mismatch\n"
                              "       one\n"
                              "       two\n"
                              "\n"
                              "has in its inbox\n"
                              "  3 enqueued notes, the oldest for \n");
}

LAW("an operation without a view of its own is shown all the same") {
  CHECK(shown("some-new-operation", R"({"id":"a","paused_since":"now","rows":[{"x":1,"y":"b"},{"x":20}]})") ==
        "id            a\n"
        "paused since  now\n"
        " X  Y\n"
        " 1  b\n"
        "20\n");
}

LAW("a colour is for terminals, and can be asked for") {
  const std::string answer =
      R"({"instances":[{"id":"a","status":"failed","orchestration":"O","labels":{}}]})";
  CHECK(shown("list", answer).find('\x1b') == std::string::npos);
  CHECK_THAT(shown("list", answer, {0, true}), Catch::Contains("\x1b[31mfailed\x1b[0m"));
  const named_store store;
  client(store.open()).start({"Order", "o", "1"});
  CHECK(store.run({"list"}).output.find('\x1b') == std::string::npos);
  CHECK(store.run({"list", "--color", "always"}).output.find('\x1b') != std::string::npos);
}

LAW("an id cannot change the terminal") {
  CHECK(shown("list", "{\"instances\":[{\"id\":\"a\\u001b[31m\",\"status\":\"failed\",\"labels\":{}}]}")
            .find('\x1b') == std::string::npos);
}

LAW("JSON has stable members, and ids and lines are for scripts") {
  const named_store store;
  const client client(store.open());
  client.start({"Order", "o", R"({"amount":3})", {.labels = {{"customer", "Ada"}}}});
  auto shown_json = store.json({"show", "o"});
  for (const char* time : {"created_at", "updated_at"}) shown_json.at(time) = "T";
  CHECK(
      boost::json::serialize(shown_json) ==
      R"({"id":"o","status":"pending","orchestration":"Order","execution":1,"created_at":"T","updated_at":"T",)"
      R"("labels":{"customer":"Ada"},"input":{"amount":3},"history_format":)" +
          std::to_string(limits::history_format) + "}");
  client.start({"Order", "p", "1"});
  CHECK(store.run({"list", "--output", "ids"}).output == "p\no\n");
  const std::string lines = store.run({"list", "--output=jsonl"}).output;
  CHECK(std::ranges::count(lines, '\n') == 2);
  CHECK(parse(lines.substr(0, lines.find('\n'))).at("id") == "p");
}

LAW("a payload comes from an argument, the standard input, or a file, and keeps its numbers") {
  const named_store store;
  CHECK(store.run({"start", "Order", "a", "-"}, R"({"n": 0.1})").exit_code == 0);
  CHECK(store.json({"show", "a"}).at("input").at("n") == 0.1);
  CHECK(store.run({"start", "Order", "b", "@" + store.file("profiles")}).exit_code == 2);
  CHECK(store.run({"start", "Order", "c", "--", "-5"}).exit_code == 0);
  CHECK(store.json({"show", "c"}).at("input") == -5);
  CHECK(store.run({"start", "Order", "d", "18446744073709551615"}).exit_code == 0);
  CHECK(store.json({"show", "d"}).at("input") == 18446744073709551615ULL);
}

}  // namespace laws_of_views
