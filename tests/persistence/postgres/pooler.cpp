// PgBouncer in front of the server.
#include "duroxide/duroxide.hpp"
#include "persistence/postgres/conninfo.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_pooler {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::pooler;
using testing_support::private_server;

namespace {

std::shared_ptr<provider> through(const pooler& in_front, const std::string& schema) {
  return postgres_provider::connect_with_schema(in_front.url(), schema);
}

}  // namespace

LAW("behind a session pooler everything is as without it") {
  const pooler sessions(private_server(), "session");
  const lone_node node(sessions.url());
  CHECK(node->description().find("pooler") == std::string::npos);
  CHECK(node.outcome(first_turn("a")) == "committed");
  const auto watch = node->watch(watch_scope::everything).value();
  CHECK(postgres_provider::connect_with_schema(private_server().url(), node.schema())
            ->post(event_for("a", "go"))
            .value() == post_outcome::accepted);
}

LAW("behind a transaction pooler a store says so, and a runtime is refused") {
  const pooler transactions(private_server(), "transaction");
  const auto store = through(transactions, new_schema());
  CHECK(store->description().ends_with(" (behind a transaction pooler)"));
  const auto refused = store->join({"tester", {}, {}});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == error_kind::store_incompatible);
  CHECK(refused.error().message.find("Connect it to PostgreSQL itself, or through session pooling") !=
        std::string::npos);
}

LAW("clients behind a transaction pooler leave nothing in the sessions that they share") {
  const pooler transactions(private_server(), "transaction");
  const auto one = through(transactions, new_schema());
  const auto other = through(transactions, new_schema());
  for (int round = 0; round < 10; ++round) {
    const std::string id = "only-in-one-" + std::to_string(round);
    CHECK(one->start(start_of(id)).value());
    CHECK(one->status(id).value().status == runtime_status::pending);
    CHECK(other->status(id).value().status == runtime_status::not_found);
  }
  raw_session stranger(private_server().url(), "public");
  CHECK(stranger.number("select count(*) from pg_locks where locktype = 'advisory'") == 0);
  persistence::postgres::connection claimable(
      persistence::postgres::conninfo(transactions.url(), {}).for_new_connection());
  const auto setting = [&](const std::string& name) {
    auto row = claimable.run_script("show " + name);
    std::string value;
    if (row.next()) row.read(persistence::only_column, value);
    return value;
  };
  CHECK(setting("search_path") == "\"$user\", public");
  CHECK(setting("synchronous_commit") == "on");
  CHECK(setting("enable_seqscan") == "on");
}

LAW("a client behind a transaction pooler starts, raises, waits and administers") {
  constexpr orchestration<int(int)> waiting{"Waiting"};
  constexpr event<int> go{"go"};
  const pooler transactions(private_server(), "transaction");
  const std::string schema = new_schema();
  runtime running(postgres_provider::connect_with_schema(private_server().url(), schema));
  running.register_orchestration(waiting, [](orchestration_context ctx, int n) -> task<int> {
    constexpr event<int> awaited{"go"};
    int more = co_await ctx.wait_for_event(awaited);
    co_return n + more;
  });
  running.start();
  client outside(through(transactions, schema));
  CHECK(outside.start(waiting, "w", 1).was_started());
  outside.instance("w").raise(go, std::int32_t{41});
  CHECK(outside.instance(waiting, "w").result(std::chrono::seconds(30)) == 42);
  CHECK(outside.admin().read_history("w").size() == 4);
  CHECK(outside.admin().verify().inconsistencies == 0);
  CHECK(outside.admin().delete_instance("w").instances == 1);
}

}  // namespace laws_of_pooler
