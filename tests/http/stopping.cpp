// A server that stops leaves nobody without an answer.
#include "duroxide/duroxide.hpp"
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>

namespace laws_of_http_stopping {

using namespace duroxide;
using namespace duroxide::testing_support;
using namespace std::chrono_literals;

LAW("a server that stops answers those who wait, closes what is idle, and listens no more") {
  served_store served;
  served.client().start({"Patient", "p", "null"});
  const std::uint16_t port = served.server().port();
  std::vector<std::unique_ptr<http_connection>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<http_connection>(port));
    REQUIRE(waiting.back()->send(wire_text_of({"GET", "/v1/instances/p/result?wait=60s"})));
  }
  http_connection idle(port);
  REQUIRE(idle.send(wire_text_of({"GET", "/healthz"})));
  REQUIRE(idle.read().status == 200);
  served.server().stop();
  for (const auto& each : waiting) {
    const auto answer = each->read();
    // One that the server had not read yet is closed.
    CHECK((answer.status == 503 || answer.status == 0));
    if (answer.status == 503) CHECK(answer.header("connection") == "close");
  }
  CHECK(idle.is_closed());
  CHECK_THROWS(http_connection(port));
  served.server().stop();  // once more
}

LAW("a request that is under way is answered before the server has stopped") {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_reached = false;
  bool may_go_on = false;
  http::options how;
  how.audit = [&](const http::audit_record&) {
    std::unique_lock lock(mutex);
    is_reached = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_go_on; });
  };
  served_store served(how);
  http_connection connection(served.server().port());
  REQUIRE(connection.send(wire_text_of({"POST", "/v1/instances", R"({"orchestration": "O", "id": "a"})"})));
  {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 20s, [&] { return is_reached; }));
  }
  auto stopped = std::async(std::launch::async, [&] { served.server().stop(20s); });
  CHECK(stopped.wait_for(50ms) == std::future_status::timeout);
  {
    const std::lock_guard lock(mutex);
    may_go_on = true;
    changed.notify_all();
  }
  const auto answer = connection.read();
  CHECK(answer.status == 201);
  CHECK(answer.header("connection") == "close");
  CHECK(connection.is_closed());
  stopped.get();
}

LAW("a peer that is slow does not keep a server longer than it is to be patient") {
  served_store served;
  http_connection slow(served.server().port());
  REQUIRE(slow.send("GET /healthz HT"));
  REQUIRE(served.get("/healthz").status == 200);
  const auto begin = std::chrono::steady_clock::now();
  served.server().stop(50ms);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(slow.read().status == 0);
}

LAW("the client of a runtime that has stopped is unavailable") {
  const named_store store;
  std::optional<runtime> node(std::in_place, store.open());
  node->start();
  http::server server(node->client());
  CHECK(call(server.port(), {"GET", "/v1/instances/x/status"}).status == 404);
  node->shutdown();
  const auto answer = call(server.port(), {"GET", "/v1/instances/x/status"});
  CHECK(answer.status == 503);
  CHECK(answer.json().at("kind") == "runtime_stopped");
}

}  // namespace laws_of_http_stopping
