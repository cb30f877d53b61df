// Files of older builds.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/member_lock.hpp"
#include "persistence/sqlite/migrations.hpp"
#include "persistence/sqlite/schema.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

namespace laws_of_migration {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::persistence_tests::temporary_folder;

namespace sqlite = duroxide::persistence::sqlite;

LAW("a file of schema version 1 keeps all that is in it, and its owner that did not leave is expired") {
  const temporary_folder folder;
  {
    sqlite::database db(folder.file("old.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    db.run_script(std::string(sqlite::migrations()[0]));
    db.run_script(
        "pragma application_id = " + std::to_string(sqlite::application_id) +
        "; pragma user_version = 1;"
        "insert into nodes (name, state, started_at, last_seen_at, orchestrations, activities) "
        "values ('old', 'alive', 1, 1, '[]', '[]');"
        "update shards set node = 1;"
        "insert into instances values (1, 'a', 3, 'Hello', '1.0.0', 'running', 1, null, null, null, 1, "
        "5, 6, 0, null);"
        "insert into executions values (1, 1, 'running', 5, null, null, "
        "null, null, '\"in\"');"
        "insert into history values (1, 1, 1, 2, '{}');"
        "insert into kv values (1, 'x', 7, '1');"
        "insert into inbox values (9, 3, 'a', 'event_raised', 0, 0, null, 0, 5, 5, 'go', "
        "'{\"category\":\"application\",\"kind\":\"activity_failed\",\"message\":\"\",\"source\":\"\"}', "
        "'');"
        "insert into activities values ('a', 1, 2, 3, 1, 4, 5, 'greet', 'gpu', 's', '\"World\"');"
        "insert into activities values ('a', 1, 3, 3, null, 0, 5, 'greet', null, null, x'00ff');");
  }
  const auto store = sqlite_provider::open(folder.file("old.db"));
  const node_membership node = store->join({"new", {}, {}}).value();
  CHECK(node.shards.size() == node.shard_count);
  const auto loaded = store->load("a").value();
  REQUIRE(loaded.has_value());
  CHECK(loaded->status.labels.empty());
  CHECK(loaded->input == "\"in\"");
  CHECK(loaded->history.size() == 1);
  CHECK(loaded->inbox.at(0).error->retryable);
  CHECK(store->kv("a", "x").value().at(0).value == "1");

  const auto activities = store->fetch_activities(node.node, all_shards, std::nullopt, 10).value();
  REQUIRE(outline(activities) == "a2 a3");
  CHECK(activities[0].crash_count == 5);
  CHECK(activities[0].attempt == 1);
  CHECK(activities[0].retry_of == 0);
  CHECK(activities[0].name == "greet");
  CHECK(activities[0].tag == "gpu");
  CHECK(activities[0].session == "s");
  CHECK(activities[0].input == "\"World\"");
  CHECK_FALSE(activities[0].claimable);
  CHECK(activities[1].crash_count == 0);
  CHECK((activities[1].input == std::string("\0\xff", 2)));
  CHECK(store->post(event_for("a", "more")).value() == post_outcome::accepted);
  CHECK(store->load("a").value()->inbox.at(1).id > 9);
}

LAW("a file is not migrated while a node of an older build works with it") {
  const temporary_folder folder;
  const std::string path = folder.file("old.db");
  {
    sqlite::database db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    for (std::size_t i = 0; i < 4; ++i) db.run_script(std::string(sqlite::migrations()[i]));
    db.run_script("pragma application_id = " + std::to_string(sqlite::application_id) +
                  "; pragma user_version = 4; insert into nodes (id, name, state, started_at, last_seen_at, "
                  "orchestrations, activities) values (7, 'old one', 'alive', 1, 1, '[]', '[]')");
  }
  {
    sqlite::member_lock old(path);
    old.live_as(7);
    try {
      sqlite_provider::open(path);
      FAIL("it was opened");
    } catch (const error& e) {
      CHECK(e.kind() == error_kind::store_in_use);
      CHECK(std::string(e.what()).find("node 7 (old one) of an older build") != std::string::npos);
    }
    sqlite::database db(path, SQLITE_OPEN_READWRITE);
    CHECK(db.value<int>("pragma user_version") == 4);
  }
  CHECK(sqlite_provider::open(path)->join({"new", {}, {}}).has_value());
}

LAW("who finds the file migrated by another, who works with it already, joins it") {
  const temporary_folder folder;
  const std::string path = folder.file("new.db");
  sqlite::database faster(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite::database slower(path, SQLITE_OPEN_READWRITE);
  faster.run_script("begin immediate");
  struct another {
    sqlite::database& lock;
    const std::string& path;
    std::shared_ptr<provider> node;
  } other{faster, path, nullptr};
  // Called when the slower one has read version 0 and waits for the lock to migrate.
  sqlite3_busy_handler(
      slower.handle(),
      [](void* context, int) {
        another& rival = *static_cast<another*>(context);
        if (rival.node) return 0;
        rival.lock.run_script("rollback");
        rival.node = sqlite_provider::open(rival.path);
        return rival.node->join({"faster", {}, {}}).has_value() ? 1 : 0;
      },
      &other);
  CHECK_NOTHROW(sqlite::migrate(slower));
  REQUIRE(other.node);
  CHECK(slower.value<std::size_t>("pragma user_version") == sqlite::migrations().size());
}

LAW("keys of instances go on above all that the older file had, and so do ids of messages") {
  const temporary_folder folder;
  const std::string path = folder.file("old.db");
  {
    sqlite::database db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    for (std::size_t i = 0; i < 4; ++i) db.run_script(std::string(sqlite::migrations()[i]));
    db.run_script(
        "pragma application_id = " + std::to_string(sqlite::application_id) +
        "; pragma user_version = 4;"
        "insert into instances (key, id, shard, orchestration, version, status, execution, history_format, "
        "created_at, updated_at, custom_status_version) values (41, 'a', 3, 'Hello', '1.0.0', 'running', 1, "
        "1, 5, "
        "6, 0), (42, 'b', 3, 'Hello', '1.0.0', 'completed', 1, 1, 5, 6, 0);"
        "insert into executions (instance_key, execution, status, started_at) values (41, 1, 'running', 5), "
        "(42, 1, 'completed', 5);"
        "insert into inbox (id, shard, instance, kind, execution, source, sent_at, visible_at, name) values "
        "(70, 3, 'a', 'event_raised', 0, 0, 5, 5, 'go'), (71, 3, 'b', 'event_raised', 0, 0, 5, 5, 'left "
        "behind'), "
        "(90, 3, 'nobody', 'event_raised', 0, 0, 5, 5, 'left behind');"
        "delete from inbox where id = 90;");
  }
  const auto store = sqlite_provider::open(path);
  const auto loaded = store->load("a").value().value();
  CHECK(loaded.life == 41);
  CHECK(outline(loaded.inbox) == "go");
  CHECK(loaded.inbox.at(0).life == 41);
  CHECK(store->post(event_for("a", "more")).value() == post_outcome::accepted);
  CHECK(store->load("a").value()->inbox.at(1).id > 90);
  CHECK(store->administration().depths(moment(0)).value().messages == 2);
  REQUIRE(store->administration().remove("b", false).value().refusal == deletion_refusal::none);
  REQUIRE(store->start(start_of("c")).value());
  CHECK(store->load("c").value()->life == 43);
}

LAW("of what runs when a file is migrated, each knows its root; what waits for its cancellation, the parent "
    "that "
    "has ended") {
  const temporary_folder folder;
  const std::string path = folder.file("old.db");
  {
    sqlite::database db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    for (std::size_t i = 0; i < 5; ++i) db.run_script(std::string(sqlite::migrations()[i]));
    db.run_script(
        "pragma application_id = " + std::to_string(sqlite::application_id) +
        "; pragma user_version = 5;"
        "with all_of (key, id, status, parent) as (values (1, 'a', 'running', null), "
        "(2, 'a.1', 'running', 'a'), (3, 'a.2', 'completed', 'a'), (4, 'a.1.1', 'pending', 'a.1'), "
        "(5, 'b', 'cancelled', null), (6, 'b.1', 'running', 'b'), (7, 'b.1.1', 'running', 'b.1'), "
        "(8, 'c', 'running', 'nobody')) "
        "insert into instances (key, id, shard, orchestration, version, status, execution, "
        "parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at, "
        "custom_status_version) select key, id, 3, 'Hello', '1.0.0', status, 1, parent, 1, 2, 1, 5, 6, 0 "
        "from all_of;"
        "insert into executions (instance_key, execution, status, started_at) "
        "select key, 1, 'running', 5 from instances");
  }
  const auto store = sqlite_provider::open(path);
  std::string text;
  for (const char* each : {"a", "a.1", "a.1.1", "b.1", "b.1.1", "c"}) {
    const auto loaded = store->load(each).value().value();
    text +=
        std::string(each) + ": " + std::to_string(loaded.root) + ", " + std::to_string(loaded.depth) + "\n";
  }
  CHECK(text == "a: 0, 0\na.1: 1, 1\na.1.1: 1, 2\nb.1: 5, 1\nb.1.1: 5, 2\nc: 0, 0\n");
}

LAW("labels of a file of schema version 7 become rows, of instances that run too") {
  const temporary_folder folder;
  const std::string path = folder.file("old.db");
  {
    sqlite::database db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    for (std::size_t i = 0; i < 7; ++i) db.run_script(std::string(sqlite::migrations()[i]));
    db.run_script(
        "pragma application_id = " + std::to_string(sqlite::application_id) +
        "; pragma user_version = 7;"
        "with all_of (key, id, status, labels) as (values "
        R"((1, 'a', 'running', '{"team":"blue","quo\"te":"\"x\"","empty":"","number":"7"}'), )"
        R"((2, 'b', 'completed', cast('{"team":"bl' || x'ff' || '"}' as blob)), (3, 'c', 'running', null), )"
        "(4, 'spoilt', 'running', 'not JSON')) "
        "insert into instances (key, id, shard, orchestration, version, status, execution, history_format, "
        "created_at, updated_at, custom_status_version, labels) select key, id, 3, 'Hello', '1.0.0', "
        "status, 1, 1, 5, 6, 0, labels from all_of;"
        "insert into executions (instance_key, execution, status, started_at, input) "
        "select key, 1, 'running', 5, '' from instances");
  }
  const auto store = sqlite_provider::open(path);
  CHECK(store->status("a").value().labels ==
        std::vector<label>{{"empty", ""}, {"number", "7"}, {"quo\"te", "\"x\""}, {"team", "blue"}});
  CHECK(store->status("b").value().labels == std::vector<label>{{"team", "bl\xff"}});
  CHECK(store->load("c").value()->status.labels.empty());
  CHECK(store->load("spoilt").value()->status.labels.empty());
  instance_query query;
  query.filter.has_label = label{"team", "blue"};
  const auto found = store->administration().list(query).value().instances;
  REQUIRE(found.size() == 1);
  CHECK(found[0].instance == "a");
}

LAW("a file of schema version 6 keeps its instances, and can hold actors then") {
  const temporary_folder folder;
  const std::string path = folder.file("old.db");
  {
    sqlite::database db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    for (std::size_t i = 0; i < 6; ++i) db.run_script(std::string(sqlite::migrations()[i]));
    db.run_script("pragma application_id = " + std::to_string(sqlite::application_id) +
                  "; pragma user_version = 6;"
                  "insert into instances (key, id, shard, orchestration, version, status, execution, "
                  "history_format, created_at, updated_at, custom_status_version) "
                  "values (1, 'a', 3, 'Hello', '1.0.0', 'running', 1, 1, 5, 6, 0);"
                  "insert into executions (instance_key, execution, status, started_at, input) "
                  "values (1, 1, 'running', 5, '1')");
  }
  const auto store = sqlite_provider::open(path);
  const auto loaded = store->load("a").value().value();
  CHECK(loaded.input == "1");
  CHECK_FALSE(loaded.actor.has_value());
  CHECK_FALSE(store->actor("a").value().has_value());
  CHECK_FALSE(store->answer("a", "one").value().has_value());
  CHECK(store->post(event_for("b", "go"), "account").value() == post_outcome::accepted);
  const auto writer = store->open_writer(store->join({"new", {}, {}}).value().node, 0).value();
  turn_commit turn;
  turn.instance = "b";
  turn.began_at = moment(0);
  turn.update.status = runtime_status::running;
  turn.actor.emplace().state = actor_state{"1", R"({"balance":7})", timestamp()};
  REQUIRE(writer->commit(batch_of({turn})).value().turns.at(0).outcome == turn_outcome::committed);
  CHECK(store->actor("b").value() == turn.actor->state);
  sqlite::database eyes(path, SQLITE_OPEN_READWRITE);
  CHECK(
      eyes.value<std::string>("select id || ' ' || type || ' ' || version || ' ' || state || ' ' || updated "
                              "from actor_overview") == R"(b account 1 {"balance":7} 2023-11-14 22:13:20)");
}

}  // namespace laws_of_migration
