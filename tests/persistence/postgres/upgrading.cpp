// A build with a new schema comes to a store on which nodes of the build before are at work.
#include "duroxide/admin.hpp"
#include "duroxide/client.hpp"
#include "persistence/postgres/migrations.hpp"
#include "tests/persistence/postgres/kit.hpp"

#include <fstream>
#include <iterator>

namespace laws_of_upgrading {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::eventually;
using testing_support::private_server;

namespace postgres = duroxide::persistence::postgres;

namespace {

// As schema.cpp names the advisory locks of nodes.
std::int32_t lock_class(const std::string& schema) {
  std::uint32_t hash = 2166136261U;
  for (const char each : "duroxide nodes of " + schema)
    hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

std::string file_beside(const std::string& name) {
  const std::string here = __FILE__;
  std::ifstream file(here.substr(0, here.rfind('/') + 1) + name);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A node of an older schema version, as that build's statements make it; it owns all shards.
class older_node {
public:
  older_node(const std::string& schema, int version)
      : session_(std::make_unique<raw_session>(private_server().url(), schema)) {
    run("create schema " + schema +
        "; create table duroxide_migrations (version integer primary key, applied_at " +
        "timestamptz not null default now())");
    // A schema that all nodes of older builds have left has gone one further than it needs.
    for (int next = 1; next <= (version == 2 ? 2 : version + 1); ++next)
      run(std::string(postgres::migrations()[static_cast<std::size_t>(next - 1)]) +
          (next == version && version > 2 ? file_beside("version_" + std::to_string(version) + ".sql")
                                          : std::string()) +
          ";insert into duroxide_migrations (version) values (" + std::to_string(next) + ")");
    run("insert into nodes (name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, "
        "activities, history_formats) values ('old', 'alive', 1, 1, true, '{Hello@1.0.0}', '{greet}', "
        "'{1}')");
    if (version != 2) run("update nodes set schema_version = " + std::to_string(version));
    run("select pg_advisory_lock(" + std::to_string(lock_class(schema)) + ", 1)");
    run("update shards set node = 1, tenure = nextval('tenures');"
        "insert into writers (node, lane, epoch, commit_seq, session, session_begun) values (1, 0, 1, 0, 0, "
        "now())");
  }
  std::string run(const std::string& sql) { return session_->run(sql); }
  void die() { session_.reset(); }

private:
  std::unique_ptr<raw_session> session_;
};

// Rows as a node of an older schema version commits them.
struct older_batch {
  int version = 7;
  std::string created{};
  std::string turns{};
  std::string events{};
  std::string consumed{};
  std::string scheduled{};
  std::string messages{};
  int existing = 0;

  std::string call(int commits) const {
    const std::string suffix = "_v" + std::to_string(version);
    const auto array = [&](const std::string& rows, const char* type) {
      return "array[" + rows + "]::" + type + suffix + "[]";
    };
    return "select message_ids from commit_batch" + suffix + "(1, 0, 1, " + std::to_string(commits) + ", " +
           std::to_string(existing) + ", true, " + array(created, "new_instance") +
           (version == 3 ? "" : ", '{}'") + ", '{}', " + array(turns, "changed_instance") + ", " +
           array(events, "new_history") + ", '{}', '{}', " + array(consumed, "taken_message") +
           ", '{}', '{}', '{}', " + array(scheduled, "new_activity") + ", '{}', '{}', " +
           array(messages, "new_message") + ", '{}', '{}', '{}', '{}'" +
           (version < 7 ? ")" : ", '{}', '{}', '{}', '{}')");
  }
};

std::string new_instance(int version, const std::string& id, const std::string& parent, int next_event) {
  return "row(1, '" + id + "', " + std::to_string(shard_of(id, 256)) + ", 'Hello', '1.0.0', 'running', 1, " +
         std::to_string(next_event) + ", " +
         (parent.empty() ? "null, null, null" : "'" + parent + "', 1, 2") + ", 1, 1, 0, null, null, 1, ''" +
         (version == 3   ? ")"
          : version == 5 ? ", 0, 0, 0)"
                         : ", 0, 0, 0, false)");
}

// Of schema version 7.
std::string turn_of_existing(const std::string& id, int first_event) {
  return "row(0, 0, '" + id + "', 0, 1, 'running', 6, " + std::to_string(first_event) + ", " +
         std::to_string(first_event + 1) + ", null, null, null, false, null, true)";
}

// With an activity and a timer, and children.
older_batch first_turn_of_a(int version, const std::string& children) {
  const std::string shard = std::to_string(shard_of("a", 256));
  return {.version = version,
          .created = new_instance(version, "a", "", 3) + (children.empty() ? "" : ", " + children),
          .turns = "row(1, " + shard + ", 'a', 0, 1, 'running', 1, 1, 3, null, null, null, false, null" +
                   (version < 7 ? ")" : ", true)"),
          .events = "row(1, 1, 1, 2, '')",
          .scheduled = "row(1, 'a', 1, 2, false, 0, 1, 0, 5, 5, 'greet', null, null, '')",
          .messages =
              "row(1, 0, 'a', " + shard + ", 'timer_due', 1, 1, 0, 5, 4000000000000, 0, 0, 0, '', null, '')"};
}

int version_of(raw_session& eyes) { return eyes.number("select max(version) from duroxide_migrations"); }

}  // namespace

LAW("nodes of the build before go on until the last has left, and lose nothing to the one that comes") {
  const std::string schema = new_schema();
  older_node old(schema, 7);
  old.run(first_turn_of_a(7, "").call(0));
  const auto store = postgres_provider::connect_with_schema(private_server().url(), schema);
  raw_session eyes(private_server().url(), schema);
  CHECK(version_of(eyes) == 9);
  const auto joined = store->join({"new", {"Hello"}, {"greet"}, true}).value();
  CHECK(joined.shards.empty());
  CHECK(store->post(event_for("a", "go")).value() == post_outcome::accepted);
  // What begins now, the old one can read.
  CHECK(store->history_format() == 1);
  CHECK(store->start(start_of("begun-meanwhile")).value());
  CHECK(store->load("begun-meanwhile").value()->history_format == 1);

  // The old one takes what the new one has sent, schedules, and sends.
  const std::string sent = eyes.run("select id from inbox where name = 'go'");
  const std::string answer =
      old.run(older_batch{.turns = turn_of_existing("a", 3),
                          .events = "row(1, 1, 3, 1, '')",
                          .consumed = "row(1, " + sent + ")",
                          .scheduled = "row(1, 'a', 1, 3, true, 0, 1, 0, 6, 6, 'greet', null, null, '')",
                          .messages = "row(1, 0, 'a', " + std::to_string(shard_of("a", 256)) +
                                      ", 'event_raised', 0, 0, 0, 6, 6, 0, 0, 0, 'its own', null, '')",
                          .existing = 1}
                  .call(1));
  CHECK(answer.size() > 2);
  const auto claimed = store->claim_activities(joined.node, claim_at(0)).value();
  REQUIRE(outline(claimed) == "a3");
  CHECK(claimed[0].key.life == life_of(*store, "a"));
  CHECK(store->heartbeat(joined.node).has_value());
  CHECK(version_of(eyes) == 9);

  old.die();
  std::vector<owned_shard> gained;
  REQUIRE(eventually([&] {
    for (const owned_shard& each : store->heartbeat(joined.node).value().gained) gained.push_back(each);
    return gained.size() == joined.shard_count;
  }));
  const auto loaded = store->load("a").value().value();
  CHECK(loaded.history.size() == 2);
  CHECK(outline(loaded.activities) == "a2 a3");
  REQUIRE(loaded.inbox.size() == 2);
  for (const message& each : loaded.inbox) CHECK(each.life == loaded.life);
  CHECK(eventually([&] { return store->heartbeat(joined.node).has_value() && version_of(eyes) == 10; }));
  CHECK(store->history_format() == limits::history_format);
  CHECK(store->start(start_of("begun-later")).value());
  CHECK(store->load("begun-later").value()->history_format == limits::history_format);
  CHECK(eyes.number("select count(*) from pg_proc where pronamespace = current_schema()::regnamespace "
                    "and right(proname, 3) <> '_v9'") == 0);
  CHECK(eyes.number("select count(*) from pg_type where typnamespace = current_schema()::regnamespace "
                    "and right(typname, 3) = '_v7'") == 0);
  const auto writer = store->open_writer(joined.node, 0).value();
  CHECK(outcome_of_commit(writer->commit(batch_of({last_turn("a", 4)}))) == "committed");
  CHECK(eyes.number("select count(*) from inbox where kind <> 'start'") == 0);
  CHECK(eyes.number("select count(*) from activities") == 0);
}

LAW("labels are the same for nodes of the build before and for those of this one") {
  const std::string schema = new_schema();
  older_node old(schema, 7);
  old.run(first_turn_of_a(7, "").call(0));
  const std::string insert =
      "insert into instances (id, shard, orchestration, version, status, execution, next_event_id, "
      "history_format, created_at, updated_at, custom_status_version, labels) values (";
  const std::string columns = ", 3, 'Hello', '1.0.0', 'running', 1, 1, 1, 5, 6, 0, ";
  const std::string of_older = R"('{"team":"blue","with \\u0000":"it''s \"\u0000\""}')";
  old.run(insert + "'before'" + columns + of_older + ")");
  old.run(insert + "'spoilt'" + columns + "'not JSON')");
  const auto store = postgres_provider::connect_with_schema(private_server().url(), schema);
  raw_session eyes(private_server().url(), schema);
  const std::vector<label> expected{{"team", "blue"}, {"with \\u0000", "it's \"\ufffd\""}};
  CHECK(store->status("before").value().labels == expected);
  CHECK(store->status("spoilt").value().labels.empty());

  old.run(insert + "'meanwhile'" + columns + of_older + ")");
  CHECK(store->status("meanwhile").value().labels == expected);
  instance_start labelled = start_of("of this one");
  labelled.labels = {{"team", "red"}, make_label("amount", 7)};
  REQUIRE(store->start(labelled).value());
  CHECK(old.run("select labels::json ->> 'team' || (labels::json ->> 'amount') from instances "
                "where id = 'of this one'") == "red7");
  // An older node would pass it over.
  const admin looking(store);
  CHECK_THROWS_WITH(looking.set_label("before", "amount", 7),
                    Catch::Contains("does not know of labels that change"));
  CHECK_THROWS_WITH(client(store).instance("before").pause("night"),
                    Catch::Contains("does not know of pauses"));
  old.run("delete from instances where id = 'meanwhile'");
  CHECK(eyes.number("select count(*) from labels") == 4);

  old.die();
  const auto joined = store->join({"new", {"Hello"}, {"greet"}, true}).value();
  CHECK(eventually([&] { return store->heartbeat(joined.node).has_value() && version_of(eyes) == 10; }));
  CHECK(store->status("before").value().labels == expected);
  CHECK(store->status("of this one").value().labels.size() == 2);
  looking.set_label("before", "amount", 7);
  CHECK(eyes.number("select count(*) from information_schema.columns where table_schema = current_schema() "
                    "and table_name = 'instances' and column_name = 'labels'") == 0);
}

LAW("what is kept for older builds goes only when nobody is held up by it, and keeps no shard from its "
    "node") {
  const std::string schema = new_schema();
  older_node old(schema, 7);
  const auto store = postgres_provider::connect_with_schema(private_server().url(), schema);
  const auto joined = store->join({"new", {"Hello"}, {"greet"}, true}).value();
  raw_session eyes(private_server().url(), schema);
  raw_session reader(private_server().url(), schema);
  reader.run("begin; select count(*) from instances");  // an export, for instance
  old.die();
  std::size_t gained = 0;
  REQUIRE(eventually([&] {
    gained += store->heartbeat(joined.node).value().gained.size();
    return gained == joined.shard_count;
  }));
  CHECK(store->heartbeat(joined.node).has_value());
  CHECK(version_of(eyes) == 9);
  CHECK(store->start(start_of("a")).value());
  reader.run("commit");
  CHECK(eventually([&] { return store->heartbeat(joined.node).has_value() && version_of(eyes) == 10; }));
}

LAW("of what runs when the schema is migrated, each knows its root; what waits for its cancellation, the "
    "parent that has ended") {
  const std::string schema = new_schema();
  older_node old(schema, 3);
  old.run(first_turn_of_a(3, new_instance(3, "a.1", "a", 1) + ", " + new_instance(3, "a.1.1", "a.1", 1) +
                                 ", " + new_instance(3, "a.1.1.1", "a.1.1", 1))
              .call(0));
  old.run("update instances set status = 'cancelled' where id = 'a.1'");
  old.die();
  const auto store = postgres_provider::connect_with_schema(private_server().url(), schema);
  raw_session eyes(private_server().url(), schema);
  CHECK(version_of(eyes) == 9);
  CHECK(store->load("a").value()->root == 0);
  CHECK(store->load("a.1.1").value()->root == life_of(*store, "a.1"));
  CHECK(store->load("a.1.1").value()->depth == 1);
  CHECK(store->load("a.1.1.1").value()->root == life_of(*store, "a.1"));
  CHECK(store->load("a.1.1.1").value()->depth == 2);
}

LAW("a store on which a node works that is older than the build before is left as it is, until that has "
    "gone") {
  for (const int version : {2, 3, 5}) {
    const std::string schema = new_schema();
    older_node old(schema, version);
    const std::string before = old.run("select max(version) from duroxide_migrations");
    CHECK(has(refusal(private_server().url(), schema), "store_in_use"));
    CHECK(
        has(refusal(private_server().url(), schema), "node 1 (old) works with it, of a build that is older"));
    CHECK(old.run("select max(version) from duroxide_migrations") == before);
    old.die();
    CHECK(eventually([&] { return refusal(private_server().url(), schema) == "opened"; }));
  }
}

LAW("what was left behind for an instance of an earlier life goes with the migration") {
  const std::string schema = new_schema();
  older_node old(schema, 2);
  old.run(
      "select commit_batch(1, 0, 1, 0, array[row(true, 'a', 1, 'running', 50000, 1, 3, null, null, false, "
      "null)]::changed_instance[], array[row(1, 'a', " +
      std::to_string(shard_of("a", 256)) +
      ", 'Hello', '1.0.0', 'running', 1, 3, null, null, null, 1, 50000, 0, null, null, "
      "'')]::new_instance[], array[row(1, 1, 1, 2, '')]::new_history[], '{}', '{}', '{}', '{}', '{}', '{}', "
      "'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')");
  for (const char* sent_at : {"1000", "49000", "60000"})
    old.run(
        std::string(
            "insert into inbox (shard, instance, kind, execution, source, sent_at, visible_at, name, data) "
            "values (0, 'a', 'event_raised', 0, 0, ") +
        sent_at + ", 0, 'sent at " + sent_at + "', '')");
  old.die();
  std::shared_ptr<provider> store;
  REQUIRE(eventually([&] { return refusal(private_server().url(), schema) == "opened"; }));
  store = postgres_provider::connect_with_schema(private_server().url(), schema);
  // Clocks of two machines may differ: what was sent just before its instance began is kept.
  CHECK(outline(store->load("a").value()->inbox) == "sent at 49000 sent at 60000");
}

}  // namespace laws_of_upgrading
