// What is wrong is said in a problem document, with the right status.
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_http_problems {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

struct refused_call {
  http_call what;
  unsigned status;
  std::string kind;
  std::string says;            // a part of the detail
  std::string parameter = {};  // empty: none is named
};

const std::vector<refused_call> refused_calls{
    {{"GET", "/"}, 404, "no_such_path", "/v1/openapi.json"},
    {{"GET", "/v2/instances"}, 404, "no_such_path", ""},
    {{"GET", "/v1/instances/a/b"}, 404, "no_such_path", ""},
    {{"PUT", "/v1/nodes"}, 405, "method_not_allowed", "GET, HEAD"},
    {{"OPTIONS", "/v1/nodes"}, 405, "method_not_allowed", "GET, HEAD"},
    {{"BREW", "/v1/nodes"}, 405, "method_not_allowed", "GET, HEAD"},
    {{"POST", "/healthz"}, 405, "method_not_allowed", "GET, HEAD"},
    {{"POST", "/metrics"}, 405, "method_not_allowed", "GET, HEAD"},
    {{"GET", "/v1/instances/nosuch"}, 404, "instance_not_found", "there is no instance 'nosuch'"},
    {{"GET", "/v1/instances/nosuch/result?wait=5s"}, 404, "instance_not_found", "'nosuch'"},
    {{"POST", "/v1/instances/nosuch/cancel"}, 404, "instance_not_found", "'nosuch'"},
    {{"DELETE", "/v1/instances/nosuch"}, 404, "instance_not_found", "'nosuch'"},
    {{"GET", "/v1/instances//history"}, 400, "invalid_argument", "empty"},
    {{"GET", "/v1/instances/%00"}, 400, "invalid_argument", "control"},
    {{"GET", "/v1/%zz"}, 400, "invalid_argument", "hexadecimal"},
    {{"GET", "/v1/%ff"}, 400, "invalid_argument", "UTF-8"},
    {{"GET", "/v1/instances?limit=x"}, 400, "invalid_argument", "a whole number", "limit"},
    {{"GET", "/v1/instances?limit=1&limit=2"}, 400, "invalid_argument", "given twice", "limit"},
    {{"GET", "/v1/instances?limit=0"}, 400, "invalid_argument", "1 to 10000"},
    {{"GET", "/v1/instances?limits=1"}, 400, "invalid_argument", "no parameter", "limits"},
    {{"GET", "/v1/instances?roots=maybe"}, 400, "invalid_argument", "true or false", "roots"},
    {{"GET", "/v1/instances?status=done"}, 400, "invalid_argument", "one of: pending", "status"},
    {{"GET", "/v1/instances?filter=status%20%3D%20done"}, 400, "invalid_argument", "column 10"},
    {{"GET", "/v1/instances/a/history?execution=-1"}, 400, "invalid_argument", "whole", "execution"},
    {{"GET", "/v1/instances/a/history?id=b"}, 400, "invalid_argument", "given twice", "id"},
    {{"GET", "/v1/instances/a/result?wait=soon"}, 400, "invalid_argument", "a span", "timeout"},
    {{"GET", "/v1/nodes", "{}"}, 400, "invalid_argument", "takes no body"},
    {{"POST", "/v1/instances", "{"}, 400, "invalid_payload", "not JSON"},
    {{"POST", "/v1/instances", "[1]"}, 400, "invalid_argument", "an object"},
    {{"POST", "/v1/instances", "{}"}, 400, "invalid_argument", "needs orchestration", "orchestration"},
    {{"POST", "/v1/instances", R"({"orchestration": 1})"},
     400,
     "invalid_argument",
     "a text",
     "orchestration"},
    {{"POST", "/v1/instances", R"({"orchestra": 1})"}, 400, "invalid_argument", "no parameter", "orchestra"},
    {{"POST", "/v1/instances", R"({"orchestration": "O", "id": "@a/b"})"}, 400, "invalid_argument", "actor"},
    {{"POST", "/v1/instances/a/cancel", R"({"id": "b"})"}, 400, "invalid_argument", "given twice", "id"},
    {{"POST", "/v1/instances/a/events/x", "{}", {"Content-Type: text/plain"}},
     415,
     "unsupported_media_type",
     "application/json"},
    {{"POST", "/v1/actors/a%2Fb/c/tell/d"}, 400, "invalid_argument", "no slash", "kind"},
};

}  // namespace

LAW("a problem document says what is wrong, where, and with which status") {
  const served_store served;
  for (const refused_call& each : refused_calls) {
    INFO(each.what.method << " " << each.what.target << " " << each.what.body);
    const auto answer = served.call_with(each.what);
    INFO(answer.body);
    CHECK(answer.status == each.status);
    CHECK(answer.header("content-type") == "application/problem+json");
    const auto document = answer.json().as_object();
    CHECK(document.at("status") == each.status);
    CHECK(std::string(document.at("kind").as_string()) == each.kind);
    CHECK_THAT(std::string(document.at("detail").as_string()), Catch::Contains(each.says));
    CHECK(document.contains("parameter") == !each.parameter.empty());
    if (!each.parameter.empty()) CHECK(std::string(document.at("parameter").as_string()) == each.parameter);
    if (each.status == 405) CHECK(answer.header("allow") == "GET, HEAD");
  }
}

LAW("a filter that cannot be read has its column in the document") {
  const served_store served;
  CHECK(served.get("/v1/counts?filter=status%20%3D%20done").json().at("column") == 10);
}

LAW("a failure that nobody has foreseen is told to who runs the server, and to nobody else") {
  std::vector<std::string> warnings;
  http::options how;
  how.metrics = []() -> std::string { throw std::runtime_error("the secret of the house"); };
  how.warn = [&](const std::string& text) { warnings.push_back(text); };
  const served_store served(how);
  const auto answer = served.get("/metrics");
  CHECK(answer.status == 500);
  CHECK(answer.json().at("kind") == "internal");
  CHECK(answer.body.find("secret") == std::string::npos);
  CHECK(warnings == std::vector<std::string>{"GET /metrics has failed: the secret of the house"});
}

LAW("what has ended takes no more, which is a conflict") {
  const served_store served;
  served.client().start({"Order", "o", "1"});
  CHECK(served.call_with({"DELETE", "/v1/instances/o"}).status == 409);
  CHECK(served.call_with({"DELETE", "/v1/instances/o?force=true&patience=0s"}).status == 200);
  CHECK(served.get("/v1/instances/o").status == 404);
}

}  // namespace laws_of_http_problems
