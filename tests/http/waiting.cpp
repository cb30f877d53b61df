// Clients that wait cost sockets, and no threads.
#include "duroxide/duroxide.hpp"
#include "tests/http/served.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <sys/resource.h>

#include <filesystem>
#include <memory>

namespace laws_of_http_waiting {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

constexpr std::size_t most_waiting_clients = 2000;
constexpr orchestration<std::string()> patient{"Patient"};
constexpr event<std::string> go{"go"};

task<std::string> run_patient(orchestration_context ctx) {
  std::string word = co_await ctx.wait_for_event(go);
  co_return word;
}

std::size_t threads_of_process() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

// As many as this process may have: both ends of all sockets are in it.
std::size_t possible_clients() {
  constexpr rlim_t others = 200;
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlim_t wanted = std::min<rlim_t>(2 * most_waiting_clients + others, limit.rlim_max);
  limit.rlim_cur = std::max(limit.rlim_cur, wanted);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  REQUIRE(limit.rlim_cur > 1000 + others);
  return std::min<std::size_t>(most_waiting_clients, (limit.rlim_cur - others) / 2);
}

std::vector<std::unique_ptr<http_connection>> waiting_for(const std::string& id, std::size_t count,
                                                          std::uint16_t port) {
  std::vector<std::unique_ptr<http_connection>> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(std::make_unique<http_connection>(port));
    REQUIRE(all.back()->send(wire_text_of({"GET", "/v1/instances/" + id + "/result?wait=60s"})));
  }
  return all;
}

}  // namespace

LAW("thousands of clients that wait for a result need no thread each, and all get it") {
  const std::size_t waiting_clients = possible_clients();
  http::options how;
  how.store_queue = waiting_clients;
  const served_store served(how);
  runtime node(served.store().open());
  node.register_orchestration(patient, run_patient);
  node.start();
  REQUIRE(served.post("/v1/instances", R"({"orchestration": "Patient", "id": "p"})").status == 201);
  // The first wait brings the thread that serves all of them.
  auto first = waiting_for("p", 1, served.server().port());
  REQUIRE(served.get("/v1/instances/p/result").status == 202);
  const std::size_t before = threads_of_process();
  auto all = waiting_for("p", waiting_clients, served.server().port());
  // Behind all of them in the queue of the store.
  REQUIRE(served.get("/v1/nodes").status == 200);
  CHECK(threads_of_process() <= before + 2);
  REQUIRE(served.post("/v1/instances/p/events/go", R"("now")").status == 200);
  std::size_t answered = 0;
  for (const auto& each : all) {
    const auto answer = each->read();
    if (answer.status == 200 && answer.json().at("output") == "now") ++answered;
  }
  CHECK(answered == waiting_clients);
  CHECK(first[0]->read().status == 200);
}

LAW("a client that goes away while it waits is forgotten") {
  http::options how;
  how.connections = 10;
  const served_store served(how);
  served.client().start({"Patient", "p", "null"});
  for (int round = 0; round < 5; ++round) {
    const auto all = waiting_for("p", 8, served.server().port());
    CHECK(eventually([&] { return served.get("/v1/nodes").status == 200; }));
  }
}

LAW("a wait is not longer than the server lets it be, and 202 says to ask again") {
  http::options how;
  how.longest_wait = std::chrono::milliseconds(20);
  const served_store served(how);
  served.client().start({"Patient", "p", "null"});
  const auto answer = served.get("/v1/instances/p/result?wait=forever");
  CHECK(answer.status == 202);
  CHECK(answer.header("location") == "/v1/instances/p/result");
  CHECK(served.get("/v1/instances/later/result?until_exists&wait=1ms").status == 202);
}

}  // namespace laws_of_http_waiting
