// What a user, a database or a URL is set to does not weaken what a store promises.
#include "persistence/postgres/store.hpp"
#include "tests/persistence/postgres/kit.hpp"

namespace laws_of_session_settings {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::pooler;
using testing_support::private_server;

namespace {

raw_session administrator() { return {private_server().url(), "public"}; }

// A user of the test's own, who may do everything.
class user {
public:
  explicit user(const std::vector<std::string>& settings) {
    raw_session admin = administrator();
    admin.run("create role " + name_ + " login superuser");
    for (const auto& each : settings) admin.run("alter role " + name_ + " set " + each);
  }
  user(const user&) = delete;
  user& operator=(const user&) = delete;
  ~user() { administrator().run("reassign owned by " + name_ + " to duroxide; drop role " + name_); }

  std::string url() const {
    std::string url = private_server().url();
    return url.replace(url.find("duroxide@"), std::string("duroxide").size(), name_);
  }

private:
  std::string name_ = "user_of_" + new_schema();
};

// For all sessions of the database that begin while it is there.
class database_setting {
public:
  explicit database_setting(const std::vector<std::string>& settings) {
    for (const auto& each : settings) administrator().run("alter database postgres set " + each);
  }
  database_setting(const database_setting&) = delete;
  database_setting& operator=(const database_setting&) = delete;
  ~database_setting() { administrator().run("alter database postgres reset all"); }
};

const std::vector<std::string> weak{"synchronous_commit = off",
                                    "default_transaction_isolation = 'serializable'"};

// Lets the server write down under which settings rows are written from now on.
void observe(const std::string& schema) {
  raw_session beside(private_server().url(), schema);
  beside.run("create table seen (settings text primary key)");
  beside.run("create function see() returns trigger language plpgsql as $$ begin insert into seen values "
             "(current_setting('synchronous_commit') || ', ' || current_setting('transaction_isolation')) "
             "on conflict do nothing; return null; end $$");
  for (const auto* table : {"nodes", "writers", "instances", "history", "inbox", "shards"})
    beside.run("create trigger see after insert or update on " + std::string(table) +
               " for each statement execute function see()");
}

std::string seen(const std::string& schema) {
  return raw_session(private_server().url(), schema)
      .run("select coalesce(string_agg(settings, '; ' order by settings), '') from seen");
}

// Everything that a store writes by itself and for a client.
std::string written_under(const std::string& url) {
  const lone_node node(url);
  observe(node.schema());
  CHECK(node.outcome(first_turn("a")) == "committed");
  // Turns that build on each other, which are written one by one in a transaction.
  CHECK(node.writer().commit(batch_of({turn_of("a", 3), turn_of("a", 4)})).has_value());
  CHECK(node->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(node->start(start_of("b"), true).value());
  CHECK(node->join({"other", {}, {}}).has_value());
  node->leave(node.node()).value();
  return seen(node.schema());
}

}  // namespace

LAW("what a store commits is durable, whatever its user, its database or its URL is set to") {
  CHECK(written_under(user(weak).url()) == "on, read committed");
  const std::string options = "options=-c%20synchronous_commit%3Doff%20-c%20"
                              "default_transaction_isolation%3Dserializable";
  CHECK(written_under(with_option(private_server().url(), options)) == "on, read committed");
  const database_setting everywhere(weak);
  CHECK(written_under(private_server().url()) == "on, read committed");
}

LAW("a mode that is durable is left as it was chosen") {
  CHECK(written_under(user({"synchronous_commit = local"}).url()) == "local, read committed");
}

LAW("behind a transaction pooler it is so in each transaction") {
  const std::string schema = new_schema();
  REQUIRE_NOTHROW(postgres_provider::connect_with_schema(private_server().url(), schema));
  observe(schema);
  const database_setting everywhere(weak);
  const pooler transactions(private_server(), "transaction");
  const auto client = postgres_provider::connect_with_schema(transactions.url(), schema);
  CHECK(client->start(start_of("a")).value());
  CHECK(client->start(start_of("b"), true).value());
  CHECK(client->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(seen(schema) == "on, read committed");
  // Lists and exports see one moment, as they ask for.
  CHECK(client->administration().list({}).value().instances.size() == 2);
}

LAW("two that make a schema at once for a user with another isolation level both succeed") {
  const user strict({"default_transaction_isolation = 'repeatable read'"});
  const std::string schema = new_schema();
  const auto open = [&] { return refusal(strict.url(), schema); };
  auto one = std::async(std::launch::async, open);
  auto other = std::async(std::launch::async, open);
  CHECK(one.get() == "opened");
  CHECK(other.get() == "opened");
}

LAW("a user that has a limit for idle sessions has none in ours, by which members live") {
  const user impatient({"idle_session_timeout = '50ms'"});
  persistence::postgres::store opened({impatient.url(), {}}, new_schema(), false);
  CHECK(opened.connect()->value<std::string>("select current_setting('idle_session_timeout')") == "0");
}

LAW("large payloads are compressed by lz4 where the server has it, unless somebody has chosen otherwise") {
  const std::string offered =
      administrator().run("select coalesce((select 'lz4' from pg_settings where name = "
                          "'default_toast_compression' and 'lz4' = any (enumvals)), 'pglz')");
  const auto compressed_by = [](const std::string& url) {
    const lone_node node(url);
    REQUIRE(node.outcome(first_turn("a")) == "committed");
    message large = event_for("a", "go");
    for (int i = 0; i < 10'000; ++i) large.data += "a text ";
    CHECK(node->post(large).value() == post_outcome::accepted);
    return raw_session(private_server().url(), node.schema())
        .run("select pg_column_compression(data) from inbox where octet_length(data) > 10000");
  };
  CHECK(compressed_by(private_server().url()) == offered);
  CHECK(compressed_by(user({"default_toast_compression = 'pglz'"}).url()) == "pglz");
}

}  // namespace laws_of_session_settings
