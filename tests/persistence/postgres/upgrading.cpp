// A build with a new schema comes to a store on which nodes of the build before are at work.
#include "persistence/postgres/migrations.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_upgrading {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::eventually;
using testing_support::private_server;

namespace postgres = duroxide::persistence::postgres;

namespace {

// As store.cpp names the advisory locks of nodes.
std::int32_t lock_class(const std::string& schema) {
  std::uint32_t hash = 2166136261U;
  for (const char each : "duroxide nodes of " + schema)
    hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

// A node of schema version 2, as that build's statements make it; it owns all shards.
class older_node {
public:
  explicit older_node(const std::string& schema)
      : schema_(schema), session_(std::make_unique<raw_session>(private_server().url(), schema)) {
    run("create schema " + schema +
        "; create table duroxide_migrations (version integer primary key, applied_at " +
        "timestamptz not null default now())");
    for (int version = 1; version <= 2; ++version)
      run(std::string(postgres::migrations()[static_cast<std::size_t>(version - 1)]) +
          ";insert into duroxide_migrations (version) values (" + std::to_string(version) + ")");
    run("insert into nodes (name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, "
        "activities, "
        "history_formats) values ('old', 'alive', 1, 1, true, '{Hello@1.0.0}', '{greet}', '{1}')");
    run("select pg_advisory_lock(" + std::to_string(lock_class(schema)) + ", 1)");
    run("update shards set node = 1, tenure = nextval('tenures');"
        "insert into writers (node, lane, epoch, commit_seq, session, session_begun) values (1, 0, 1, 0, 0, "
        "now())");
  }
  std::string run(const std::string& sql) { return session_->run(sql); }
  // `created`, `events`, ...: as that build's commit_batch takes them. Gives the ids of the messages.
  std::string commit(const std::string& turns, const std::string& created, const std::string& events,
                     const std::string& consumed, const std::string& scheduled, const std::string& messages) {
    return run("select message_ids from commit_batch(1, 0, 1, " + std::to_string(commits_++) + ", array[" +
               turns + "]::changed_instance[], array[" + created + "]::new_instance[], array[" + events +
               "]::new_history[], '{}', '{}', array[" + consumed +
               "]::taken_message[], '{}', '{}', '{}', array[" + scheduled +
               "]::new_activity[], '{}', '{}', '{}', array[" + messages +
               "]::new_message[], '{}', '{}', '{}', '{}')");
  }
  void die() { session_.reset(); }

private:
  std::string schema_;
  std::unique_ptr<raw_session> session_;
  int commits_ = 0;
};

int version_of(raw_session& eyes) { return eyes.number("select max(version) from duroxide_migrations"); }

}  // namespace

LAW("nodes of the build before go on until the last has left, and lose nothing to the one that comes") {
  const std::string schema = new_schema();
  older_node old(schema);
  const std::string shard = std::to_string(shard_of("a", 256));
  old.commit("row(true, 'a', 1, 'running', 1, 1, 3, null, null, false, null)",
             "row(1, 'a', " + shard +
                 ", 'Hello', '1.0.0', 'running', 1, 3, null, null, null, 1, 1, 0, null, null, '')",
             "row(1, 1, 1, 2, '')", "", "row(1, 'a', 1, 2, false, 0, 1, 0, 5, 'greet', null, null, '')",
             "row(1, 'a', 'timer_due', 1, 1, 0, 5, 4000000000000, 0, 0, '', null, '')");
  old.run("insert into inbox (shard, instance, kind, execution, source, sent_at, visible_at, name, data) "
          "values (0, 'nobody', 'cancel', 0, 0, 0, 0, '', '')");

  const auto in = postgres_provider::connect_with_schema(private_server().url(), schema);
  raw_session eyes(private_server().url(), schema);
  CHECK(version_of(eyes) == 3);
  CHECK(eyes.number("select count(*) from inbox") == 1);
  const auto joined = in->join({"new", {"Hello"}, {"greet"}, true}).value();
  CHECK(joined.shards.empty());
  CHECK(in->post(event_for("a", "go")).value() == post_outcome::accepted);
  // What begins now, the old one can read.
  CHECK(in->history_format() == 1);
  CHECK(in->start(start_of("begun-meanwhile")).value());
  CHECK(in->load("begun-meanwhile").value()->history_format == 1);

  // The old one takes what the new one has sent, schedules, and sends.
  const std::string sent = eyes.run("select id from inbox where name = 'go'");
  const std::string answer =
      old.commit("row(false, 'a', 1, 'running', 6, 3, 4, null, null, false, null)", "", "row(1, 1, 3, 1, '')",
                 "row(1, 'a', " + sent + ")", "row(1, 'a', 1, 3, true, 0, 1, 0, 6, 'greet', null, null, '')",
                 "row(1, 'a', 'event_raised', 0, 0, 0, 6, 6, 0, 0, 'its own', null, '')");
  CHECK(answer.size() > 2);
  const auto claimed = in->claim_activities(joined.node, claim_at(0)).value();
  REQUIRE(outline(claimed) == "a3");
  CHECK(claimed[0].key.life == life_of(*in, "a"));
  CHECK(in->tend(joined.node).has_value());
  CHECK(version_of(eyes) == 3);

  old.die();
  std::vector<owned_shard> gained;
  REQUIRE(eventually([&] {
    for (const owned_shard& each : in->tend(joined.node).value().gained) gained.push_back(each);
    return gained.size() == joined.shard_count;
  }));
  const auto loaded = in->load("a").value().value();
  CHECK(loaded.history.size() == 2);
  CHECK(outline(loaded.activities) == "a2 a3");
  REQUIRE(loaded.inbox.size() == 2);
  for (const message& each : loaded.inbox) CHECK(each.life == loaded.life);
  CHECK(eventually([&] { return in->tend(joined.node).has_value() && version_of(eyes) == 4; }));
  CHECK(in->history_format() == 2);
  CHECK(in->start(start_of("begun-later")).value());
  CHECK(in->load("begun-later").value()->history_format == 2);
  CHECK(eyes.number("select count(*) from pg_proc where proname = 'commit_batch' and pronamespace = "
                    "current_schema()::regnamespace") == 0);
  const auto writer = in->open_writer(joined.node, 0).value();
  CHECK(outcome_of_commit(writer->commit(batch_of({last_turn("a", 4)}))) == "committed");
  CHECK(eyes.number("select count(*) from inbox where kind <> 'start'") == 0);
  CHECK(eyes.number("select count(*) from activities") == 0);
}

LAW("what is kept for older builds goes only when nobody is held up by it, and keeps no shard from its "
    "node") {
  const std::string schema = new_schema();
  older_node old(schema);
  const auto in = postgres_provider::connect_with_schema(private_server().url(), schema);
  const auto joined = in->join({"new", {"Hello"}, {"greet"}, true}).value();
  raw_session eyes(private_server().url(), schema);
  raw_session reader(private_server().url(), schema);
  reader.run("begin; select count(*) from inbox");  // an export, for instance
  old.die();
  std::size_t gained = 0;
  REQUIRE(eventually([&] {
    gained += in->tend(joined.node).value().gained.size();
    return gained == joined.shard_count;
  }));
  CHECK(in->tend(joined.node).has_value());
  CHECK(version_of(eyes) == 3);
  CHECK(in->start(start_of("a")).value());
  reader.run("commit");
  CHECK(eventually([&] { return in->tend(joined.node).has_value() && version_of(eyes) == 4; }));
}

LAW("what was left behind for an instance of an earlier life goes with the migration") {
  const std::string schema = new_schema();
  older_node old(schema);
  const std::string instance =
      "row(1, 'a', " + std::to_string(shard_of("a", 256)) +
      ", 'Hello', '1.0.0', 'running', 1, 3, null, null, null, 1, 50000, 0, null, null, '')";
  old.commit("row(true, 'a', 1, 'running', 50000, 1, 3, null, null, false, null)", instance,
             "row(1, 1, 1, 2, '')", "", "", "");
  for (const char* sent_at : {"1000", "49000", "60000"})
    old.run(
        std::string(
            "insert into inbox (shard, instance, kind, execution, source, sent_at, visible_at, name, data) "
            "values (0, 'a', 'event_raised', 0, 0, ") +
        sent_at + ", 0, 'sent at " + sent_at + "', '')");
  old.die();
  const auto in = postgres_provider::connect_with_schema(private_server().url(), schema);
  // Clocks of two machines may differ: what was sent just before its instance began is kept.
  CHECK(outline(in->load("a").value()->inbox) == "sent at 49000 sent at 60000");
}

}  // namespace laws_of_upgrading
