// Every route, on a store with a runtime behind it.
#include "api/http/routes.hpp"

#include "duroxide/duroxide.hpp"
#include "api/http/target.hpp"
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <set>

namespace laws_of_http_routes {

using namespace duroxide;
using namespace duroxide::testing_support;
using boost::json::serialize;

namespace {

constexpr orchestration<std::string(int)> http_approval{"Approval"};
constexpr event<std::string> approved{"approved"};
constexpr event_queue<int> parcels{"parcels"};
constexpr durable_actor<long> account{"account"};
constexpr command<long(long)> deposit{"deposit"};

task<std::string> run_http_approval(orchestration_context ctx, int amount) {
  ctx.set_custom_status("waiting");
  ctx.set_kv_value("amount", amount);
  const std::string approver = co_await ctx.wait_for_event(approved);
  const int parcel = co_await ctx.dequeue_event(parcels);
  co_return approver + " " + std::to_string(parcel);
}

// A store with a runtime that runs approvals and accounts, and a server that is mounted in its process.
class shop {
public:
  shop() : runtime_(store_.open()) {
    runtime_.register_orchestration(http_approval, run_http_approval);
    runtime_.register_actor(account).on(
        deposit, [](actor_context&, long& state, long cents) { return state += cents; });
    runtime_.start();
    http::options how;
    how.metrics = [this] { return to_prometheus(runtime_.metrics()); };
    server_ = std::make_unique<http::server>(runtime_.client(), how);
  }

  http_answer get(const std::string& target) const { return call(server_->port(), {"GET", target}); }
  http_answer post(const std::string& target, const std::string& body = {},
                   std::vector<std::string> headers = {}) const {
    return call(server_->port(), {"POST", target, body, std::move(headers)});
  }
  http_answer remove(const std::string& target) const { return call(server_->port(), {"DELETE", target}); }

  // An approval that waits for its event.
  void start(const std::string& id) const {
    const boost::json::object wanted{{"orchestration", "Approval"}, {"id", id}, {"input", 300}};
    REQUIRE(post("/v1/instances", serialize(wanted)).status == 201);
    REQUIRE(eventually([&] {
      const auto all = get("/v1/instances/" + http::encoded_segment(id)).json().as_object();
      return all.contains("custom_status");
    }));
  }

  void cancel(const std::string& id) const {
    const std::string path = "/v1/instances/" + http::encoded_segment(id);
    REQUIRE(post(path + "/cancel").status == 200);
    REQUIRE(eventually([&] { return get(path + "/status").json().at("status") == "cancelled"; }));
  }

private:
  named_store store_;
  runtime runtime_;
  std::unique_ptr<http::server> server_;
};

// With what a shop has.
std::string path_with(std::string_view pattern, const std::string& id) {
  std::string path;
  for (std::size_t begin = 0; begin < pattern.size();) {
    const std::size_t open = std::min(pattern.find('{', begin), pattern.size());
    path += pattern.substr(begin, open - begin);
    if (open == pattern.size()) break;
    const std::size_t close = pattern.find('}', open);
    const std::string name(pattern.substr(open + 1, close - open - 1));
    const std::map<std::string, std::string> values{{"id", id},           {"key", "amount"},
                                                    {"kind", "account"},  {"event", "approved"},
                                                    {"queue", "parcels"}, {"command", "deposit"}};
    path += http::encoded_segment(values.at(name));
    begin = close + 1;
  }
  return path;
}

std::string body_for(std::string_view operation) {
  const std::map<std::string_view, std::string> bodies{
      {"start", R"({"orchestration": "Approval", "id": "another", "input": 1})"},
      {"label", R"({"name": "team", "value": "blue"})"},
      {"raise", R"("Grace")"},
      {"enqueue", "7"},
      {"tell", "5"},
      {"ask", "5"},
      {"rewind", R"({"dry_run": true})"},
      {"restart", R"({"dry_run": true})"},
      {"delete-ended", R"({"dry_run": true})"}};
  const auto found = bodies.find(operation);
  return found == bodies.end() ? "" : found->second;
}

http_answer call_of(const shop& open, const http::route& each, const std::string& id) {
  const std::string path = path_with(each.path, id);
  return each.method == "GET" ? open.get(path) : open.post(path, body_for(each.operation));
}

}  // namespace

LAW("each route does what its operation does, also for an id that needs escapes") {
  const shop shop;
  const std::string id = "order/7 é?#%";
  for (const http::route& each : http::routes()) {
    if (each.operation == "delete") continue;  // last
    INFO(each.method << " " << each.path);
    // What ends an instance, or needs one that has ended, gets one of its own.
    const bool ends = each.operation == "cancel" || each.operation == "terminate" ||
                      each.operation == "raise" || each.operation == "rewind";
    const std::string subject = ends ? id + std::string(each.operation) : id;
    if (each.path.find("{id}") != each.path.npos &&
        shop.get(path_with("/v1/instances/{id}", subject)).status == 404)
      shop.start(subject);
    if (each.operation == "rewind") shop.cancel(subject);
    const auto done = call_of(shop, each, subject);
    INFO(done.body);
    const unsigned usual = each.operation == "wait" ? 202 : each.operation == "start" ? 201 : 200;
    CHECK(done.status == usual);
    CHECK(done.header("content-type") == "application/json");
    CHECK(done.json().is_object());
  }
  CHECK(shop.remove(path_with("/v1/instances/{id}?force", id)).status == 200);
  CHECK(shop.get(path_with("/v1/instances/{id}", id)).status == 404);
}

LAW("an instance is started, told what it waits for, and its result fetched") {
  const shop shop;
  shop.start("a");
  const auto early = shop.get("/v1/instances/a/result");
  CHECK(early.status == 202);
  CHECK(early.header("location") == "/v1/instances/a/result");
  CHECK(early.json().at("ended") == false);
  CHECK(shop.get("/v1/instances/a/kv/amount").json().at("values").at("amount") == 300);
  CHECK(shop.post("/v1/instances/a/events/approved", R"("Grace")").status == 200);
  CHECK(shop.post("/v1/instances/a/queues/parcels", "12").status == 200);
  const auto ended = shop.get("/v1/instances/a/result?wait=20s");
  CHECK(ended.status == 200);
  CHECK(ended.json().at("status") == "completed");
  CHECK(ended.json().at("output") == "Grace 12");
  CHECK(shop.get("/v1/instances?status=completed,failed&limit=5").json().at("instances").as_array().size() ==
        1);
  CHECK(
      shop.get("/v1/instances?filter=orchestration+%3D+Approval").json().at("instances").as_array().size() ==
      1);
  CHECK(shop.get("/v1/counts?by=orchestration").json().at("total") == 1);
}

LAW("a start is idempotent, by its id or by its key") {
  const shop shop;
  const std::string body = R"({"orchestration": "Approval", "id": "a", "input": 1})";
  const auto first = shop.post("/v1/instances", body);
  CHECK(first.status == 201);
  CHECK(first.header("location") == "/v1/instances/a");
  const auto second = shop.post("/v1/instances", body);
  CHECK(second.status == 200);
  CHECK(second.json().at("started") == false);
  const std::string nameless = R"({"orchestration": "Approval", "input": 1})";
  const std::vector<std::string> key{"Idempotency-Key: k/1"};
  CHECK(shop.post("/v1/instances", nameless, key).header("location") == "/v1/instances/k%2F1");
  CHECK(shop.post("/v1/instances", nameless, key).json().at("started") == false);
  CHECK(shop.post("/v1/instances", nameless).json().at("parameter") == "id");
  const auto refused =
      shop.post("/v1/instances", R"({"orchestration": "Approval", "id": "a", "if_exists": "fail"})");
  CHECK(refused.status == 409);
  CHECK(refused.json().at("kind") == "already_exists");
}

LAW("a durable actor is told and asked, once for each key") {
  const shop shop;
  CHECK(shop.post("/v1/actors/account/ada/tell/deposit", "5").status == 200);
  const std::vector<std::string> key{"Idempotency-Key: " + new_command_id()};
  const auto asked = shop.post("/v1/actors/account/ada/ask/deposit?timeout=20s", "7", key);
  CHECK(asked.status == 200);
  CHECK(asked.json().at("answer") == 12);
  CHECK(shop.post("/v1/actors/account/ada/ask/deposit", "7", key).json().at("answer") == 12);
  const auto wrong = shop.post("/v1/actors/account/ada/ask/withdraw?timeout=20s", "7");
  CHECK(wrong.status >= 400);
  CHECK(shop.get("/v1/instances/%40account%2Fada").json().at("id") == "@account/ada");
}

LAW("what watches a server finds its pages") {
  const shop shop;
  CHECK(shop.get("/healthz").json().at("healthy") == true);
  CHECK(shop.get("/readyz").json().at("ready") == true);
  const auto metrics = shop.get("/metrics");
  CHECK(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
  CHECK_THAT(metrics.body, Catch::Contains("duroxide_store_instances{status=\"running\"} 0\n"));
  CHECK_THAT(metrics.body, Catch::Contains("duroxide_store_nodes{state=\"alive\"} 1\n"));
  CHECK_THAT(metrics.body, Catch::Contains("duroxide_commits"));
  CHECK(shop.get("/v1/openapi.json").json().at("openapi") == "3.1.0");
}

LAW("several requests on one connection are answered in their order, and HEAD without a body") {
  const served_store served;
  http_connection connection(served.server().port());
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += wire_text_of({i % 2 == 0 ? "GET" : "HEAD", i % 4 < 2 ? "/v1/nodes" : "/v1/nothing"});
  REQUIRE(connection.send(all));
  for (int i = 0; i < 20; ++i) {
    INFO(i);
    const auto answer = connection.read(i % 2 == 0);
    CHECK(answer.status == (i % 4 < 2 ? 200 : 404));
    CHECK(answer.header("content-length") != "0");
  }
  REQUIRE(connection.send(wire_text_of({"GET", "/healthz", {}, {"Connection: close"}})));
  CHECK(connection.read().header("connection") == "close");
  CHECK(connection.is_closed());
}

}  // namespace laws_of_http_routes
