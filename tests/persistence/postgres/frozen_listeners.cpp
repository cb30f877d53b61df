// A process that stands still does not read what the server tells it, and the server keeps that for it.
#include "persistence/postgres/membership.hpp"
#include "tests/persistence/postgres/kit.hpp"
#include "tests/support/postgres_proxy.hpp"

namespace laws_of_frozen_listeners {

using namespace duroxide;
using namespace duroxide::persistence_tests;
using namespace std::chrono_literals;
using testing_support::eventually;
using testing_support::private_server;

namespace postgres = duroxide::persistence::postgres;

namespace {

constexpr postgres::membership_limits limits{20ms, 500ms, 5s};

// As a process of its own would be one.
struct member {
  std::shared_ptr<postgres::store> store;
  std::unique_ptr<postgres::membership> members;
  node_membership joined;

  explicit member(std::shared_ptr<postgres::store> opened)
      : store(std::move(opened)), members(std::make_unique<postgres::membership>(store, limits)),
        joined(members->join({"tester", {}, {}, true})) {}

  std::size_t shards_gained() const { return members->heartbeat(joined.node).gained.size(); }
};

std::shared_ptr<postgres::store> store_at(const std::string& url, const std::string& schema) {
  return std::make_shared<postgres::store>(postgres::conninfo(url, {}), schema, false);
}

std::string listeners_of(raw_session& eyes, const member& node) {
  return eyes.run("select coalesce(string_agg(pid::text, ' '), '') from pg_locks where locktype = 'advisory' "
                  "and granted and mode = 'ExclusiveLock' and objsubid = 2 and classid = " +
                  std::to_string(static_cast<std::uint32_t>(node.store->lock_class())) +
                  "::oid and objid = " + std::to_string(node.joined.node) + "::oid");
}

// More than fits into a socket.
void notify_much(raw_session& session, const std::string& schema) {
  for (int n = 0; n < 300; ++n)
    session.run("select pg_notify('duroxide_" + schema + "', 'nobody " + std::to_string(n) +
                " ' || repeat('x', 7000))");
}

double waiting_notifications(raw_session& eyes) {
  return std::stod(eyes.run("select pg_notification_queue_usage()"));
}

}  // namespace

LAW("with a node that hangs goes its listener, so that notifications do not pile up for it") {
  testing_support::postgres_proxy proxy(private_server());
  const std::string schema = new_schema();
  const member frozen(store_at(proxy.url(), schema));
  frozen.store->seen().listen(false);
  const member heir(store_at(private_server().url(), schema));
  raw_session eyes(private_server().url(), schema);
  // From now on nobody reads what the server sends to the frozen one.
  proxy.turn_away(true);
  proxy.forget_clients();
  notify_much(eyes, schema);
  REQUIRE(waiting_notifications(eyes) > 0);
  REQUIRE(listeners_of(eyes, frozen) != "");

  std::size_t gained = heir.shards_gained();
  REQUIRE(eventually([&] { return (gained += heir.shards_gained()) > 0; }));
  CHECK(eventually([&] { return waiting_notifications(eyes) == 0; }));
  CHECK(eventually([&] { return listeners_of(eyes, frozen).empty(); }));
}

LAW("a session that a living node has, too, outlives the one that is expired") {
  const std::string schema = new_schema();
  const auto one_process = store_at(private_server().url(), schema);
  const member hanging(one_process);
  const member living(one_process);
  const member looking(store_at(private_server().url(), schema));
  raw_session eyes(private_server().url(), schema);
  const std::string session = listeners_of(eyes, living);
  REQUIRE(session == listeners_of(eyes, hanging));
  std::size_t gained = 0;
  REQUIRE(eventually([&] {
    gained += looking.shards_gained() + living.shards_gained();
    return gained > 0;
  }));
  CHECK(eyes.number("select count(*) from nodes where state = 'dead'") == 1);
  CHECK(listeners_of(eyes, living) == session);
}

LAW("who may not end the session of a node that hangs expires it all the same") {
  const std::string schema = new_schema();
  const member frozen(store_at(private_server().url(), schema));
  const member heir(store_at(private_server().url(), schema));
  raw_session stranger(private_server().url(), schema);
  const std::string role = schema + "_stranger";
  const std::string session = listeners_of(stranger, frozen);
  stranger.run("create role " + role + "; grant usage on schema " + schema + " to " + role +
               "; grant all on all tables in schema " + schema + " to " + role +
               "; grant all on all sequences in schema " + schema + " to " + role + "; set role " + role);
  const std::string dead = "'{" + std::to_string(frozen.joined.node) + "}'";
  stranger.run("select end_listeners_v9(" + dead + ", " +
               std::to_string(static_cast<std::uint32_t>(frozen.store->lock_class())) + ")");
  CHECK(listeners_of(stranger, frozen) == session);
  CHECK(stranger.run("select take_shards_v9(" + std::to_string(heir.joined.node) + ", " + dead + ", 256)") ==
        "{" + std::to_string(frozen.joined.node) + "}");
  stranger.run("reset role; drop owned by " + role + "; drop role " + role);
}

}  // namespace laws_of_frozen_listeners
