// What a peer may cost: time, bytes and connections.
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <memory>

namespace laws_of_http_limits {

using namespace duroxide;
using namespace duroxide::testing_support;
using namespace std::chrono_literals;

LAW("a header that does not end is answered in time, and its connection closed") {
  http::options how;
  how.header_timeout = 50ms;
  const served_store served(how);
  http_connection slow(served.server().port());
  REQUIRE(slow.send("GET /healthz HT"));
  const auto answer = slow.read();
  CHECK(answer.status == 408);
  CHECK(answer.json().at("kind") == "timed_out");
  CHECK(slow.is_closed());
}

LAW("a byte now and then does not keep a connection open") {
  http::options how;
  how.header_timeout = 100ms;
  const served_store served(how);
  http_connection slow(served.server().port());
  REQUIRE(slow.send("GET /healthz HTTP/1.1\r\nX: "));
  CHECK(eventually([&] { return !slow.send("x") || slow.has_input(); }));
  CHECK(slow.read().status == 408);
}

LAW("a body that does not come is answered in time") {
  http::options how;
  how.body_timeout = 50ms;
  const served_store served(how);
  http_connection slow(served.server().port());
  REQUIRE(slow.send("POST /v1/instances HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"));
  CHECK(slow.read().status == 408);
}

LAW("a connection without a request is closed without a word") {
  http::options how;
  how.header_timeout = 50ms;
  how.idle_timeout = 50ms;
  const served_store served(how);
  http_connection silent(served.server().port());
  CHECK(silent.is_closed());
  http_connection used(served.server().port());
  REQUIRE(used.send(wire_text_of({"GET", "/healthz"})));
  CHECK(used.read().status == 200);
  CHECK(used.is_closed());
}

LAW("a body or a header that is too large is refused before it has come") {
  http::options how;
  how.body_bytes = 1000;
  how.header_bytes = 2000;
  const served_store served(how);
  const std::string begin = R"({"orchestration": "O", "id": "a", "input": ")";
  CHECK(served.post("/v1/instances", begin + std::string(900, 'x') + "\"}").status == 201);
  const auto large = served.post("/v1/instances", begin + std::string(1000, 'x') + "\"}");
  CHECK(large.status == 413);
  CHECK(large.json().at("kind") == "body_too_large");
  CHECK(large.header("connection") == "close");
  const auto promised = served.call_with({"POST", "/v1/instances", {}, {"Content-Length: 1000000000"}});
  CHECK(promised.status == 413);
  const auto header = served.get("/healthz", {"X-Large: " + std::string(3000, 'x')});
  CHECK(header.status == 431);
  http_connection chunked(served.server().port());
  REQUIRE(
      chunked.send("POST /v1/instances HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));
  for (int i = 0; i < 20 && chunked.send("64\r\n" + std::string(100, 'x') + "\r\n"); ++i) continue;
  CHECK(chunked.read().status == 413);
}

LAW("who waits for leave to send a body gets it, or learns at once that it is not wanted") {
  http::options how;
  how.body_bytes = 1000;
  const served_store served(how);
  const std::string body = R"({"orchestration": "O", "id": "a"})";
  http_connection polite(served.server().port());
  const std::string expecting = "POST /v1/instances HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                                "Content-Type: application/json\r\nContent-Length: ";
  REQUIRE(polite.send(expecting + std::to_string(body.size()) + "\r\n\r\n"));
  CHECK(polite.read().status == 100);
  REQUIRE(polite.send(body));
  CHECK(polite.read().status == 201);
  http_connection greedy(served.server().port());
  REQUIRE(greedy.send(expecting + "5000\r\n\r\n"));
  CHECK(greedy.read().status == 413);
}

LAW("who does not read an answer does not keep its connection") {
  http::options how;
  how.connections = 1;
  how.write_timeout = 50ms;
  how.metrics = [] { return std::string(32UL * 1024 * 1024, 'x'); };
  const served_store served(how);
  http_connection lazy(served.server().port());
  REQUIRE(lazy.send(wire_text_of({"GET", "/metrics"})));
  CHECK(eventually([&] { return lazy.has_input(); }));
  CHECK(eventually([&] { return served.get("/healthz").status == 200; }));
  CHECK_THROWS(lazy.read());
}

LAW("a stranger's body is refused before it has come") {
  const temporary_folder folder;
  write_file(folder.file("tokens"), http::make_token("ada", http::role::admin, true).line);
  http::options how;
  how.token_file = folder.file("tokens");
  const served_store served(how);
  const auto refused = served.call_with({"POST", "/v1/instances", {}, {"Content-Length: 1000"}});
  CHECK(refused.status == 401);
  CHECK(refused.header("connection") == "close");
}

LAW("more connections than there may be are told so, and others go on") {
  http::options how;
  how.connections = 3;
  const served_store served(how);
  std::vector<std::unique_ptr<http_connection>> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(std::make_unique<http_connection>(served.server().port()));
    REQUIRE(open.back()->send(wire_text_of({"GET", "/healthz"})));
    CHECK(open.back()->read().status == 200);
  }
  http_connection late(served.server().port());
  const auto answer = late.read();
  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
  REQUIRE(open[0]->send(wire_text_of({"GET", "/v1/nodes"})));
  CHECK(open[0]->read().status == 200);
  open.clear();
  CHECK(eventually([&] { return served.get("/healthz").status == 200; }));
}

}  // namespace laws_of_http_limits
