// The parts of the door that need no socket.
#include "duroxide/http.hpp"
#include "api/http/digest.hpp"
#include "api/http/masking.hpp"
#include "api/http/openapi.hpp"
#include "api/http/pool.hpp"
#include "api/http/problem.hpp"
#include "api/http/routes.hpp"
#include "api/http/target.hpp"
#include "api/operations/catalogue.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <future>
#include <set>

namespace laws_of_http_parts {

using namespace duroxide;
using namespace duroxide::http;

namespace {

std::string masked(std::string_view operation, std::string_view text) {
  boost::json::value answer = boost::json::parse(boost::json::string_view(text.data(), text.size()));
  mask_payloads(operation, answer);
  return boost::json::serialize(answer);
}

using names = std::vector<std::string>;

}  // namespace

LAW("every operation for every door has a route, and every route an operation") {
  std::set<std::string, std::less<>> routed;
  for (const route& each : routes()) {
    INFO(each.path);
    const operations::operation* what = operations::find_operation(each.operation);
    REQUIRE(what != nullptr);
    CHECK(what->who_may == operations::audience::every_door);
    routed.emplace(each.operation);
  }
  for (const operations::operation& each : operations::catalogue()) {
    INFO(each.name);
    CHECK(routed.contains(each.name) == (each.who_may == operations::audience::every_door));
  }
}

LAW("what reads is got, what changes is posted, and no two routes are the same") {
  std::set<std::string> seen;
  for (const route& each : routes()) {
    INFO(each.method << " " << each.path);
    const bool reads = operations::find_operation(each.operation)->does == operations::effect::reads;
    CHECK((each.method == "GET") == reads);
    CHECK((each.body == body_use::none || each.method == "POST"));
    CHECK(seen.insert(std::string(each.method) + " " + std::string(each.path)).second);
  }
}

LAW("what a path and a body give are parameters of the operation") {
  for (const route& each : routes()) {
    INFO(each.path);
    const auto schema = operations::schema_of(*operations::find_operation(each.operation));
    const auto& known = schema.at("properties").as_object();
    for (const std::string& name : names_in(each.path))
      CHECK((known.contains(name) || (known.contains("actor") && (name == "kind" || name == "key"))));
    CHECK(each.payload.empty() == (each.body != body_use::payload));
    if (!each.payload.empty()) CHECK(known.contains(each.payload));
  }
}

LAW("a path finds its route, and a wrong method what the path takes") {
  const routed history = find_route("GET", {"v1", "instances", "a/b", "history"});
  REQUIRE(history.found != nullptr);
  CHECK(history.found->operation == "history");
  CHECK(history.given == path_arguments{{"id", "a/b"}});
  CHECK(find_route("HEAD", {"v1", "nodes"}).found != nullptr);
  CHECK(find_route("PUT", {"v1", "instances", "a"}).found == nullptr);
  CHECK(find_route("PUT", {"v1", "instances", "a"}).allowed == "DELETE, GET, HEAD");
  CHECK(find_route("GET", {"v1", "instances", "a", "cancel"}).allowed == "POST");
  CHECK(find_route("GET", {"v1", "nothing"}).allowed.empty());
  CHECK(find_route("GET", {""}).allowed.empty());
}

LAW("a target is decoded once, and its path before it is taken apart") {
  const target read = parse_target("/v1/a%2Fb%20c/%252F?x=1+2&y=%2B&z&=&x=2#part");
  CHECK(read.path == names{"v1", "a/b c", "%2F"});
  CHECK(read.query.size() == 5);
  CHECK(read.query[0] == std::pair<std::string, std::string>("x", "1 2"));
  CHECK(read.query[1].second == "+");
  CHECK(read.query[2] == std::pair<std::string, std::string>("z", ""));
  CHECK(parse_target("/").path == names{""});
  for (const char* wrong : {"", "v1", "http://host/v1", "/%", "/%4", "/%zz", "/a%F", "/%ff", "/?a=%c3"})
    CHECK_THROWS_AS(parse_target(wrong), configuration_error);
}

LAW("what is encoded is read back") {
  for (const std::string text : {"order-7", "a/b", "100% é?#&+ ", "@account/ada", "..", ""})
    CHECK(parse_target("/" + encoded_segment(text)).path == names{text});
}

LAW("payloads are masked wherever they stand, and nothing else is") {
  CHECK(
      masked("show", R"({"id":"o","input":{"a":1},"output":2,"labels":{"input":"x"},"custom_status":"s"})") ==
      R"({"id":"o","input":{"$masked":true},"output":{"$masked":true},"labels":{"input":"x"},"custom_status":"s"})");
  CHECK(
      masked("history", R"({"events":[{"payload":"x","kv":{"k":1},"value":3,"name":"n"}]})") ==
      R"({"events":[{"payload":{"$masked":true},"kv":{"k":{"$masked":true}},"value":{"$masked":true},"name":"n"}]})");
  CHECK(masked("kv", R"({"id":"o","values":{"k":[1]}})") == R"({"id":"o","values":{"k":{"$masked":true}}})");
  CHECK(masked("problems", R"({"problems":[{"kind":"mismatch","detail":"with input 4111"}]})") ==
        R"({"problems":[{"kind":"mismatch","detail":{"$masked":true}}]})");
  CHECK(masked("problems", R"({"problems":[{"kind":"paused","detail":"inventory"}]})") ==
        R"({"problems":[{"kind":"paused","detail":"inventory"}]})");
  CHECK(masked("show", R"({"error":{"kind":"invalid_payload","message":"found 4111"}})") ==
        R"({"error":{"kind":"invalid_payload","message":{"$masked":true}}})");
  CHECK(masked("ask", R"({"answer":1})") == R"({"answer":{"$masked":true}})");
  CHECK(masked("count", R"({"groups":[{"value":"x","count":1}]})") ==
        R"({"groups":[{"value":"x","count":1}]})");
}

LAW("a digest is that of the standard") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(are_equal("abc", "abc"));
  CHECK_FALSE(are_equal("abc", "abd"));
  CHECK_FALSE(are_equal("abc", "ab"));
}

LAW("a token has a line of its own, and its name is a word") {
  const token one = make_token("ada", role::operate, true);
  CHECK(one.secret.size() == 64);
  CHECK(one.line == "ada operate " + sha256_hex(one.secret) + " payloads");
  CHECK(make_token("ada", role::read, false).secret != one.secret);
  for (const char* wrong : {"", "a b", "#a", "a\n"})
    CHECK_THROWS_AS(make_token(wrong, role::read, false), error);
  CHECK(role_from("admin") == role::admin);
  CHECK_THROWS_AS(role_from("root"), configuration_error);
}

LAW("an audit record is one line, whatever its texts are") {
  CHECK(audit_record{"ada", "::1", "cancel", "a\nb: 200", 404}.text() ==
        "ada from ::1: cancel a?b: 200: 404");
  CHECK(audit_record{"ada", "::1", "prune-all", "", 200}.text() == "ada from ::1: prune-all: 200");
}

LAW("a pool that is full says so, and runs what it has taken") {
  std::atomic<int> runs = 0;
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  {
    pool one(1, 1);
    std::promise<void> begun;
    REQUIRE(one.submit([&] {
      begun.set_value();
      opened.wait();
      ++runs;
    }));
    begun.get_future().wait();
    CHECK(one.submit([&] { ++runs; }));
    CHECK_FALSE(one.submit([&] { ++runs; }));
    gate.set_value();
  }
  CHECK(runs == 2);
}

LAW("every kind of error has a status that means failure") {
  for (int kind = 0; kind <= static_cast<int>(error_kind::terminated); ++kind) {
    const unsigned status = status_of({error_category::application, static_cast<error_kind>(kind), "", {}});
    INFO(to_string(static_cast<error_kind>(kind)));
    CHECK(phrase_of(status) != "Unknown");
    CHECK(status >= 400);
  }
}

LAW("the document has every route, with its parameters and its body") {
  const auto document = openapi_document();
  CHECK(document.at("openapi") == "3.1.0");
  std::set<std::string> ids;
  for (const route& each : routes()) {
    std::string method(each.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const auto& found = document.at("paths").at(each.path).at(method).as_object();
    INFO(each.path);
    CHECK(ids.insert(std::string(found.at("operationId").as_string())).second);
    CHECK(found.at("tags").is_array());
    CHECK(found.contains("requestBody") == (each.body != body_use::none));
    std::size_t in_path = 0;
    for (const auto& one : found.at("parameters").as_array())
      if (one.at("in") == "path") ++in_path;
    CHECK(in_path == names_in(each.path).size());
    CHECK(found.at("responses").as_object().contains("200"));
  }
  const auto& start = document.at("paths").at("/v1/instances").at("post");
  const auto& body = start.at("requestBody").at("content").at("application/json").at("schema");
  CHECK(boost::json::serialize(body.at("required")) == R"(["orchestration"])");
  CHECK(body.at("properties").as_object().contains("if_exists"));
}

}  // namespace laws_of_http_parts
