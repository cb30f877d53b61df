// The program of the page http.md.
#include <duroxide/http.hpp>

#include "guide/fetch.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;
using guide::fetch;
using guide::has;

namespace {

constexpr dx::event<std::string> approved{"approved"};
constexpr dx::orchestration<std::string(int)> approval{"Approval"};

dx::task<std::string> run_approval(dx::orchestration_context ctx, int) {
  const std::string approver = co_await ctx.wait_for_event(approved);
  co_return "approved by " + approver;
}

}  // namespace

int main() {
  const guide::temporary_database database;
  dx::runtime runtime(dx::open_store("sqlite:" + database.path()));
  runtime.register_orchestration(approval, run_approval);
  runtime.start();

  // [mount]
  dx::http::options how;
  how.port = 0;  // one that is free
  how.metrics = [&] { return dx::to_prometheus(runtime.metrics()); };
  dx::http::server door(runtime.client(), how);
  std::printf("serving on %s\n", door.url().c_str());
  // [end]

  // What curl does on the page.
  const std::uint16_t port = door.port();
  const std::string wanted = R"({"orchestration": "Approval", "id": "expenses-7", "input": 300})";
  expect(has(fetch(port, "POST", "/v1/instances", wanted), "201 Created"));
  expect(has(fetch(port, "POST", "/v1/instances", wanted), R"("started":false)"));
  expect(has(fetch(port, "GET", "/v1/instances/expenses-7/result"), "202 Accepted"));
  // Only one that waits already gets an event.
  while (!has(fetch(port, "GET", "/v1/instances/expenses-7/waits"), R"("name":"approved")")) continue;
  expect(has(fetch(port, "POST", "/v1/instances/expenses-7/events/approved", R"("Grace")"), "200 OK"));
  const std::string result = fetch(port, "GET", "/v1/instances/expenses-7/result?wait=30s");
  expect(has(result, R"("output":"approved by Grace")"));
  expect(has(fetch(port, "GET", "/v1/instances?status=completed"), R"("id":"expenses-7")"));
  expect(has(fetch(port, "GET", "/v1/instances?limit=many"), R"("parameter":"limit")"));
  expect(has(fetch(port, "GET", "/metrics"), "duroxide_store_instances{status=\"completed\"} 1\n"));

  // [stop]
  door.stop(10s);
  runtime.shutdown();
  // [end]
}
