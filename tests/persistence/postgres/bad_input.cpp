// URLs, servers, rights and schemas that cannot be a store: each is refused with its reason, and left as it
// is.
#include "tests/persistence/postgres/kit.hpp"

#include <latch>
#include <thread>

namespace laws_of_bad_input {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::private_server;

namespace {

raw_session admin(const std::string& schema = "public") { return {private_server().url(), schema}; }

// A user who logs in with the password "right".
struct login {
  std::string name = "user_" + new_schema();

  explicit login(const std::string& more = "") {
    admin().run("create role " + name + " login password 'right'");
    if (!more.empty()) admin().run(more);
  }
  ~login() { admin().run("drop owned by " + name + " cascade; drop role " + name); }
  std::string url() const { return private_server().tcp_url(name, "right"); }
};

}  // namespace

LAW("a URL that is none is refused, and no part of a password is repeated") {
  for (const std::string& url : std::vector<std::string>{
           "",
           "orders.db",
           "http://user:secret@host/db",
           "host=localhost password=secret",
           "postgresql://user:secret@host:port/db",
           "postgresql://user:secret@[::1/db",
           "postgresql://user:secret%zz@host/db",
           "postgresql://user:secret@host/db?nonsense=1",
           // Characters that end the password for libpq.
           "postgresql://user:12/secret@host/db",
           "postgresql://user:se/secret@host/db",
           "postgresql://user:x@secret@host/db",
           "postgresql://user:x@y@secret:5432/db",
           "postgresql://user:secret",
           "postgresql://user:secret/db",
           "postgresql://user:12?secret@host/db",
           "postgresql://user:x@[?secret@1]/db",
           // libpq would end it there.
           std::string("postgresql://user@host/db\0secret", 32),
       }) {
    INFO(url);
    const std::string answer = refusal(url, "duroxide");
    CHECK(has(answer, "store_unavailable connect: "));
    CHECK(has(answer, "postgresql://"));
    CHECK_FALSE(has(answer, "secret"));
  }
}

LAW("a server that is not there is named") {
  CHECK(has(refusal("postgresql://user:secret@127.0.0.1:1/db", "duroxide"),
            "store_unavailable connect: postgresql://user@127.0.0.1:1/db: "));
  CHECK(has(refusal("postgresql://user:secret@no-such-host.invalid:5432/db", "duroxide"),
            "store_unavailable connect: postgresql://user@no-such-host.invalid:5432/db: "));
  const std::string answer = refusal("postgresql://user:secret@/db?host=/no/such/folder", "duroxide");
  CHECK(has(answer, "Check that the server runs, and the URL's host, port"));
  CHECK_FALSE(has(answer, "secret"));
}

LAW("a database that does not exist is named") {
  const std::string url =
      "postgresql://duroxide@/nothing?host=" + private_server().socket().parent_path().string() +
      "&port=" + private_server().port();
  const std::string answer = refusal(url, "duroxide");
  CHECK(has(answer, "store_unavailable"));
  CHECK(has(answer, "database \"nothing\" does not exist"));
}

LAW("a wrong password is refused, and not repeated") {
  const login user;
  const auto url = [&](const std::string& password) { return private_server().tcp_url(user.name, password); };
  for (const std::string& answer : {
           refusal(url("wrong-secret"), "duroxide"),
           refusal(url(""), "duroxide", {[] { return "wrong-secret"; }}),
           refusal(url("right"), "duroxide", {[] { return "wrong-secret"; }}),
           refusal(url(""), "duroxide", {[] { return std::string("wrong-secret\0x", 14); }}),
       }) {
    CHECK(has(answer, "store_unavailable connect: postgresql://" + user.name + "@127.0.0.1:"));
    CHECK(has(answer, "password"));
    CHECK_FALSE(has(answer, "secret"));
  }
  CHECK(has(refusal(url(""), "duroxide"), "no password supplied"));
}

LAW("a password with any characters is understood, in the URL with escapes and from a callback without") {
  const login user;
  admin().run("alter role " + user.name + R"( password 'a b''\@/?%"ä')");
  admin().run("grant create on database postgres to " + user.name);
  const std::string in_url = private_server().tcp_url(user.name, "a%20b%27%5C%40%2F%3F%25%22%C3%A4");
  CHECK(refusal(in_url, new_schema()) == "opened");
  const std::string without = private_server().tcp_url(user.name, "");
  CHECK(refusal(without, new_schema(), {[] { return R"(a b'\@/?%"ä)"; }}) == "opened");
}

LAW("a user without rights is told which ones are missing") {
  const login user;
  const std::string schema = new_schema();
  const std::string no_create = refusal(user.url(), schema);
  CHECK(has(no_create, "store_unavailable connect: "));
  CHECK(has(no_create, "permission denied for database"));
  CHECK(has(no_create, "Grant this user"));

  admin().run("create schema " + schema);
  const std::string no_usage = refusal(user.url(), schema);
  CHECK(has(no_usage, "store_unavailable connect: "));
  CHECK(has(no_usage, "permission denied for schema " + schema));

  refusal(private_server().url(), schema);
  const std::string no_tables = refusal(user.url(), schema);
  CHECK(has(no_tables, "store_unavailable connect: "));
  CHECK(has(no_tables, "permission denied"));
  CHECK(has(no_tables, "Grant this user"));
}

LAW("a user who may only use a schema that was made for him makes his store in it") {
  const login user;
  const std::string schema = new_schema();
  admin().run("create schema " + schema + " authorization " + user.name);
  const auto store = postgres_provider::connect_with_schema(user.url(), schema);
  const std::uint64_t node = store->join({"tester", {}, {}}).value().node;
  CHECK(store->open_writer(node, 0).value()->commit(batch_of({first_turn("a")})).has_value());
}

LAW("rights that are taken away while the store is in use are an error that says so") {
  const login user;
  const std::string schema = new_schema();
  admin().run("create schema " + schema + " authorization " + user.name);
  const auto store = postgres_provider::connect_with_schema(user.url(), schema);
  REQUIRE(store->start(start_of("a")).value());
  admin(schema).run("alter table instances owner to duroxide");
  const auto refused = store->status("a");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == error_kind::store_unavailable);
  CHECK(has(refused.error().message, "permission denied"));
  CHECK(has(refused.error().message, "Grant this user"));
}

LAW("names that no schema may have are refused before the server is asked") {
  for (const std::string name :
       {"", "Orders", "1st", "_x", "pg_orders", "a-b", "a b", "a\"b", "a;b", "ä", "a.b"}) {
    INFO(name);
    const std::string answer = refusal("postgresql://user@127.0.0.1:1/db", name);
    CHECK(has(answer, "invalid_argument connect: "));
    CHECK(has(answer, "the schema name '" + name + "' is not 1 to 48 characters"));
  }
  CHECK(has(refusal("postgresql://user@127.0.0.1:1/db", std::string(49, 'a')), "invalid_argument"));
  CHECK(refusal(private_server().url(), std::string(48, 'a')) == "opened");
}

LAW("a schema of something else is refused and left alone") {
  const std::string schema = new_schema();
  admin().run("create schema " + schema + "; create table " + schema + ".theirs (x int); insert into " +
              schema + ".theirs values (7)");
  CHECK(has(refusal(private_server().url(), schema),
            "the schema '" + schema + "' exists and was not made by duroxide; nothing in it was changed"));
  CHECK(admin(schema).run("select string_agg(relname, ' ') from pg_class where relnamespace = "
                          "current_schema()::regnamespace") == "theirs");
  CHECK(admin(schema).run("select x from theirs") == "7");
}

LAW("a newer schema is refused and left alone") {
  const std::string schema = new_schema();
  REQUIRE(refusal(private_server().url(), schema) == "opened");
  admin(schema).run("insert into duroxide_migrations (version) values (1000)");
  const std::string answer = refusal(private_server().url(), schema);
  CHECK(has(answer, "store_incompatible connect: "));
  CHECK(has(answer, "the schema '" + schema + "' has version 1000, and this build knows versions up to "));
  CHECK(admin(schema).number("select max(version) from duroxide_migrations") == 1000);
}

LAW("a schema that lacks what it must have is refused") {
  const std::string schema = new_schema();
  REQUIRE(refusal(private_server().url(), schema) == "opened");
  admin(schema).run("delete from meta");
  CHECK(has(refusal(private_server().url(), schema), "store_incompatible"));
  admin(schema).run("drop table meta");
  CHECK(has(refusal(private_server().url(), schema), "store_incompatible"));
}

LAW("a database that is not in UTF8 is refused") {
  admin().run("create database ascii encoding 'SQL_ASCII' template template0");
  const std::string url =
      "postgresql://duroxide@/ascii?host=" + private_server().socket().parent_path().string() +
      "&port=" + private_server().port();
  const std::string answer = refusal(url, "duroxide");
  CHECK(has(answer, "store_incompatible"));
  CHECK(has(answer, "the database has the encoding SQL_ASCII; UTF8 is needed"));
  CHECK(raw_session(url, "public").number("select count(*) from pg_namespace where nspname = 'duroxide'") ==
        0);
}

LAW("a server that takes no writes says so, and the store works when it takes them again") {
  const login user;
  admin().run("grant create on database postgres to " + user.name);
  const std::string schema = new_schema();
  const std::string read_only = "alter role " + user.name + " set default_transaction_read_only = on";
  const std::string read_write = "alter role " + user.name + " reset default_transaction_read_only";
  admin().run(read_only);
  const std::string answer = refusal(user.url(), schema);
  CHECK(has(answer, "store_unavailable connect: "));
  CHECK(has(answer, "read-only transaction"));
  CHECK(has(answer, "takes no writes"));

  admin().run(read_write);
  const auto store = postgres_provider::connect_with_schema(user.url(), schema);
  const std::uint64_t node = store->join({"tester", {}, {}}).value().node;
  const auto writer = store->open_writer(node, 0).value();
  REQUIRE(writer->commit(batch_of({first_turn("a")})).has_value());
  admin().run(read_only);
  admin().run("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + user.name + "'");
  for (int tries = 0; tries < 2; ++tries) {
    const auto written = writer->commit(batch_of({turn_of("a", 3)}));
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().certainty == commit_certainty::not_done);
    CHECK(has(written.error().message, "takes no writes"));
    const auto posted = store->post(event_for("a", "go"));
    REQUIRE_FALSE(posted.has_value());
    CHECK(posted.error().certainty == commit_certainty::not_done);
    CHECK(store->status("a").value().status == runtime_status::running);
  }
  // Sessions that found it so are not used again.
  admin().run(read_write);
  CHECK(writer->commit(batch_of({turn_of("a", 3)})).has_value());
  CHECK(store->post(event_for("a", "go")).has_value());
}

LAW("the password is asked for with each new session") {
  const login user;
  admin().run("grant create on database postgres to " + user.name);
  const auto asked = std::make_shared<std::atomic<int>>(0);
  const auto store =
      postgres_provider::connect_with_schema(private_server().tcp_url(user.name, ""), new_schema(), {[asked] {
                                               ++*asked;
                                               return std::string("right");
                                             }});
  const int at_first = *asked;
  CHECK(at_first >= 2);
  CHECK(store->start(start_of("a")).value());
  CHECK(*asked > at_first);
}

LAW("a password callback that throws is a failure to connect, on whatever thread it is asked") {
  const login user;
  admin().run("grant create on database postgres to " + user.name);
  const std::string url = private_server().tcp_url(user.name, "");
  const std::string schema = new_schema();
  CHECK(has(refusal(url, schema, {[]() -> std::string { throw std::runtime_error("no token today"); }}),
            "store_unavailable connect: postgresql://" + user.name + "@127.0.0.1:" + private_server().port() +
                "/postgres: "));
  CHECK(has(refusal(url, schema, {[]() -> std::string { throw std::runtime_error("no token today"); }}),
            "no token today"));
  CHECK(has(refusal(url, schema, {[]() -> std::string { throw 7; }}), "store_unavailable connect: "));

  const auto fails = std::make_shared<std::atomic<bool>>(false);
  const auto asked = std::make_shared<std::atomic<int>>(0);
  const auto store = postgres_provider::connect_with_schema(url, schema, {[=] {
                                                              ++*asked;
                                                              if (*fails) throw std::runtime_error("expired");
                                                              return std::string("right");
                                                            }});
  const auto watch = store->watch(watch_scope::everything).value();
  const std::uint64_t node = store->join({"tester", {}, {}}).value().node;
  const auto writer = store->open_writer(node, 0).value();
  *fails = true;
  const int before = *asked;
  admin().run("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + user.name + "'");
  const auto refused = writer->commit(batch_of({first_turn("a")}));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().certainty == commit_certainty::not_done);
  CHECK(has(refused.error().message, "expired"));
  CHECK(testing_support::eventually([&] { return *asked > before + 3; }));  // the listening session tries too
  *fails = false;
  CHECK(writer->commit(batch_of({first_turn("a")})).has_value());
}

LAW("many who open a new store at the same moment all succeed") {
  constexpr int openers = 12;
  for (const bool schema_exists : {false, true}) {
    const std::string schema = new_schema();
    if (schema_exists) admin().run("create schema " + schema);
    std::latch together(openers);
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < openers; ++i)
      answers.push_back(std::async(std::launch::async, [&] {
        together.arrive_and_wait();
        return refusal(private_server().url(), schema);
      }));
    for (auto& each : answers) CHECK(each.get() == "opened");
    CHECK(admin(schema).number("select count(*) - max(version) from duroxide_migrations") == 0);
  }
}

LAW("a schema that was made empty is not taken for somebody else's while another opens it") {
  const std::string schema = new_schema();
  admin().run("create schema " + schema);
  raw_session other = admin(schema);
  other.run("begin; select pg_advisory_xact_lock(hashtextextended('duroxide schema " + schema + "', 0))");
  auto answer = std::async(std::launch::async, [&] { return refusal(private_server().url(), schema); });
  raw_session eyes = admin();
  REQUIRE(testing_support::eventually([&] { return waits_for_lock(eyes, "select pg_advisory_xact_lock"); }));
  other.run("commit");
  CHECK(answer.get() == "opened");
}

LAW("stores side by side know nothing of each other") {
  const lone_node one;
  const lone_node two;
  CHECK(one.node() == two.node());
  CHECK(one.membership().shards.size() == two.membership().shards.size());
  CHECK_FALSE(one->next_heartbeat_in(one.node()).has_value());
  const auto watch = two->watch(watch_scope::everything).value();
  CHECK(one.outcome(first_turn("a")) == "committed");
  CHECK(one->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(two->post(event_for("a", "go")).value() == post_outcome::not_found);
  CHECK(two->status("a").value().status == runtime_status::not_found);
  CHECK(two->fetch_undelivered(two.node(), "", end_of_time, 10, {}).value().messages.empty());
  const auto began = std::chrono::steady_clock::now();
  watch->wait(duration(50));
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(50));
  one->leave(one.node()).value();
  CHECK(two->heartbeat(two.node()).value().gained.empty());
  CHECK(two.outcome(first_turn("a")) == "committed");
}

}  // namespace laws_of_bad_input
