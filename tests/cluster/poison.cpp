// Work that kills its process: it is stopped, and the work beside it gets done.
#include "tests/cluster/fixture.hpp"

#include <future>

namespace duroxide::cluster_tests {
namespace {

using std::chrono_literals::operator""s;

constexpr std::size_t most_crashes = 3;

struct outcome {
  instance_status ended;
  std::size_t runs = 0;  // of what kills
  std::string wrong;     // with the work beside it
};

void nothing_more(client&) {}

// Runs an instance of `killer`, to which `provoke` sends what it waits for, on two nodes that a service
// manager starts again whenever they die. The work beside it comes little by little: what is held by
// a process that dies cannot be told from what killed it, and must not be there each time.
outcome outcome_of(cluster& nodes, const orchestration<int(int)>& killer,
                   void (*provoke)(client&) = nothing_more) {
  const std::vector<std::string> options{"--max-crashes", std::to_string(most_crashes)};
  nodes.start("a", options);
  nodes.start("b", options);
  REQUIRE(nodes.becomes_balanced(2));
  load beside(nodes.client());
  beside.start(4);
  client clients = nodes.client();
  clients.start(killer, "killer", 1);
  provoke(clients);
  auto ended = nodes.client().async().instance("killer").wait(patience);
  REQUIRE(eventually(
      [&] {
        if (nodes.restart_ended() > 0) beside.start(2);
        return ended.wait_for(0s) == std::future_status::ready;
      },
      patience));
  beside.start(4);
  REQUIRE(eventually([&] { return nodes.restart_ended() == 0; }));
  return {ended.get(), nodes.runs().count_in("killer"), beside.wrong()};
}

LAW("an activity that kills its process is run as often as it may be, and then its orchestration fails as "
    "poison") {
  cluster nodes;
  const outcome all = outcome_of(nodes, runs_deadly);
  CHECK(all.wrong == "");
  CHECK(all.runs == most_crashes);
  CHECK(all.ended.status == runtime_status::failed);
  REQUIRE(all.ended.error);
  CHECK(all.ended.error->category == error_category::poison);
  CHECK(all.ended.error->kind == error_kind::attempts_exhausted);
  CHECK_THAT(all.ended.error->message, Catch::Contains("deadly"));
  CHECK(nodes.inconsistencies() == "");
}

LAW("an orchestration that kills its process is tried as often as it may be, and then fails as poison") {
  cluster nodes;
  const outcome all = outcome_of(nodes, dies);
  CHECK(all.wrong == "");
  CHECK(all.runs == most_crashes);
  CHECK(all.ended.status == runtime_status::failed);
  REQUIRE(all.ended.error);
  CHECK(all.ended.error->category == error_category::poison);
  CHECK(all.ended.error->kind == error_kind::attempts_exhausted);
  CHECK_THAT(all.ended.error->message, Catch::Contains("killer"));
  CHECK(nodes.inconsistencies() == "");
}

// Unlike an event, it stays in the store until the instance that was loaded asks for it.
LAW("an orchestration that dies of a queue message is tried as often as it may be, and then fails as "
    "poison") {
  cluster nodes;
  const outcome all = outcome_of(nodes, dies_of_message,
                                 [](client& clients) { clients.instance("killer").enqueue(letters, 1); });
  CHECK(all.wrong == "");
  CHECK(all.runs == most_crashes);
  CHECK(all.ended.status == runtime_status::failed);
  REQUIRE(all.ended.error);
  CHECK(all.ended.error->category == error_category::poison);
  CHECK(nodes.inconsistencies() == "");
}

}  // namespace
}  // namespace duroxide::cluster_tests
