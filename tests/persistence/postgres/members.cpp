// How the members of a schema tell who lives.
#include "persistence/postgres/membership.hpp"
#include "persistence/postgres/writer.hpp"
#include "tests/persistence/postgres/kit.hpp"
#include "tests/support/postgres_proxy.hpp"

namespace laws_of_members {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using namespace std::chrono_literals;
using testing_support::eventually;
using testing_support::private_server;

namespace postgres = duroxide::persistence::postgres;

namespace {

// As a process of its own would be one.
struct member {
  std::shared_ptr<postgres::store> store;
  std::unique_ptr<postgres::membership> members;
  node_membership joined;
  std::unique_ptr<postgres::writer> lane;

  member(const std::string& schema, postgres::membership_limits limits)
      : store(
            std::make_shared<postgres::store>(postgres::conninfo(private_server().url(), {}), schema, false)),
        members(std::make_unique<postgres::membership>(store, limits)),
        joined(members->join({"tester", {}, {}, true})), lane(postgres::writer::open(store, joined.node, 0)) {
  }

  std::size_t shards_gained() const { return members->heartbeat(joined.node).gained.size(); }
  bool is_fenced() const {
    const auto written = lane->commit({});
    return !written.has_value() && written.error().certainty == commit_certainty::fenced;
  }
};

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

LAW("a member that gives no sign of life is expired when it has been looked at for long enough") {
  const postgres::membership_limits limits{20ms, 1s, 5s};
  const std::string schema = new_schema();
  const member hanging(schema, limits);
  const auto began = now();
  const member heartbeat(schema, limits);
  const member looking(schema, limits);
  std::size_t gained = looking.shards_gained();
  CHECK(gained == 0);
  CHECK(eventually([&] {
    gained += heartbeat.shards_gained();
    gained += looking.shards_gained();
    return gained != 0;
  }));
  CHECK(now() - began >= 1s);
  CHECK(gained == hanging.joined.shard_count);
  CHECK(hanging.is_fenced());
  CHECK_FALSE(heartbeat.is_fenced());
  CHECK_FALSE(looking.is_fenced());
  CHECK_THROWS_AS(hanging.members->heartbeat(hanging.joined.node), persistence::store_failure);
}

LAW("a member that was not looked at while the server stood still is not taken for one that hangs") {
  const postgres::membership_limits limits{20ms, 1s, 5s};
  const std::string schema = new_schema();
  const member one(schema, limits);
  const member two(schema, limits);
  CHECK(one.shards_gained() == 0);
  CHECK(two.shards_gained() == 0);
  private_server().stop();
  const auto stopped = now();
  eventually([&] { return now() - stopped > 1200ms; });
  private_server().restart();
  for (int i = 0; i < 5; ++i) {
    CHECK(two.shards_gained() == 0);
    CHECK(one.shards_gained() == 0);
  }
  CHECK_FALSE(one.is_fenced());
  CHECK_FALSE(two.is_fenced());
}

LAW("members do not expire each other after a restart, whoever is back first, and then expire the dead") {
  // Time to return: more than the longest pause between two tries of a session to come back.
  const postgres::membership_limits limits{1s, 60s, 5s};
  const std::string schema = new_schema();
  auto victim = std::make_unique<member>(schema, limits);
  const auto lane = std::move(victim->lane);
  const member one(schema, limits);
  const member two(schema, limits);
  private_server().restart("immediate");
  victim.reset();
  std::size_t gained = one.shards_gained() + two.shards_gained();
  CHECK(gained == 0);
  CHECK_FALSE(one.is_fenced());
  CHECK_FALSE(two.is_fenced());
  CHECK(eventually([&] {
    gained += two.shards_gained();
    gained += one.shards_gained();
    return gained == one.joined.shard_count;
  }));
  const auto refused = lane->commit(batch_of({first_turn("a")}));
  CHECK(outcome_of_commit(refused) == "fenced");
  CHECK_FALSE(one.is_fenced());
  CHECK_FALSE(two.is_fenced());
}

LAW("a session that the network lost without a word keeps neither its node's lock nor its ears") {
  testing_support::postgres_proxy proxy(private_server());
  const lone_node node(proxy.url());
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(other.outcome(first_turn("a")) == "committed");
  const auto watch = node->watch(watch_scope::others).value();
  raw_session eyes = node.beside();
  // The server goes on to believe in the sessions.
  proxy.forget_clients();
  REQUIRE(eventually([&] {
    return eyes.number(
               "select count(*) from pg_stat_activity where query ilike 'listen%' and backend_start > "
               "(select max(backend_start) from pg_stat_activity where application_name = 'beside')") > 0;
  }));
  for (int drained = 0; drained < 3; ++drained) watch->wait(duration(10));
  REQUIRE(other->post(event_for("a", "go")).has_value());
  REQUIRE(other->join({"third", {}, {}, false}).has_value());
  const auto began = now();
  watch->wait(20s);
  CHECK(now() - began < 20s);
  CHECK(node.outcome(first_turn("b")) == "committed");
}

}  // namespace laws_of_members
