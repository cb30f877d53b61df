#include "persistence/postgres/store.hpp"

#include "persistence/postgres/pooler.hpp"

#include <chrono>
#include <random>

namespace duroxide::persistence::postgres {

namespace {

constexpr std::size_t most_readers = 4;
constexpr std::size_t most_writers = 2;  // for clients; lanes have their own

std::string random_word() {
  std::random_device random;
  return std::to_string(random()) + "-" + std::to_string(random());
}

bool is_alive(const connection& each) { return each.is_alive(); }

channels channels_of(const std::string& schema) {
  return {"duroxide_" + schema, "duroxide_" + schema + "_done"};
}

std::string legal_schema_name(std::string name) {
  require_schema_name(name);
  return name;
}

std::string description_of(const conninfo& server, const std::string& schema, bool pooled) {
  return server.description() + (schema == "duroxide" ? "" : " schema " + schema) +
         (pooled ? " (behind a transaction pooler)" : "");
}

// What a user or a database may be set to otherwise, in statements for the begin of a session, or of each
// transaction in a session that is shared.
std::string session_settings(const std::string& schema, bool pooled, bool read_only) {
  const std::string set = pooled ? "set local " : "set ";
  std::string all =
      set + "search_path = \"" + schema + "\"; " + set + "client_min_messages = warning; " +
      // Plans are made once per session, perhaps while tables are empty; none may depend on that.
      set + "enable_seqscan = off; " + set + "jit = off; " +
      // A session that hangs must not keep others waiting for ever; one that has nothing to do lives on, and
      // a member with it.
      set + "lock_timeout = '10s'; " + set + "idle_in_transaction_session_timeout = '60s'; " + set +
      "idle_session_timeout = 0; " + set + "default_transaction_isolation = 'read committed'; " +
      // What is committed is durable (I2). Of the other modes each keeps that, and they are the user's
      // choice.
      "select set_config('synchronous_commit', 'on', " + (pooled ? "true" : "false") +
      ") where current_setting('synchronous_commit') = 'off'; ";
  // Large payloads are stored three times as fast, where the server can do it and nobody has chosen
  // otherwise. A client behind a pooler writes little, and would ask in each transaction.
  if (!pooled)
    all += "select set_config('default_toast_compression', 'lz4', false) from pg_settings "
           "where name = 'default_toast_compression' and source = 'default' and 'lz4' = any (enumvals); ";
  if (read_only) all += set + (pooled ? "transaction_read_only = on" : "default_transaction_read_only = on");
  return all;
}

// Asked for again, as something in the server (a hook, a pooler) may have the last word.
void require_durable(connection& db) {
  auto row = db.run_script("select current_setting('synchronous_commit') as durability, "
                           "current_setting('transaction_isolation') as isolation");
  std::string durability;
  std::string isolation;
  if (row.next()) row.read("durability", durability, "isolation", isolation);
  if (durability != "off" && isolation == "read committed") return;
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                      "sessions have synchronous_commit '" + durability + "' and the isolation level '" +
                          isolation +
                          "', and cannot be set to 'on' and 'read committed'. Find out who sets them, with "
                          "select * from pg_settings.");
}

void prepare_schema(const conninfo& server, const std::string& schema, bool pooled, bool read_only) {
  connection db(server.for_new_connection());
  if (pooled) {
    db.share_sessions("set local client_min_messages = warning");
  } else {
    db.run_script("set client_min_messages = warning");
  }
  if (read_only) {
    require_current(db, schema);
  } else {
    migrate(db, schema);
  }
}

}  // namespace

store::store(conninfo server, std::string schema, bool read_only)
    : server_(std::move(server)), schema_(legal_schema_name(std::move(schema))), read_only_(read_only),
      pooled_(is_behind_transaction_pooler(server_)), description_(description_of(server_, schema_, pooled_)),
      lock_class_(lock_class_of(schema_)), readers_(
                                               most_readers, [this] { return connect(); }, is_alive),
      writers_(
          most_writers, [this] { return connect(); }, is_alive),
      liveness_({[this] { return connect(); }, channels_of(schema_), random_word(), lock_class_}),
      notify_sender_([this] { return connect(); }, channels_of(schema_), liveness_.sender()) {
  prepare_schema(server_, schema_, pooled_, read_only_);
  read([](connection& db) { require_durable(db); });
  if (!read_only_) read([this](connection& db) { finish_migration(db); });
  types_ = read([](connection& db) { return read_row_types(db); });
  shard_count_ = read([](connection& db) {
    return db.value<std::uint32_t>("select value::integer from meta where name = 'shard_count'");
  });
  if (shard_count_ == 0)
    throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                        "the table meta has no shard_count. The schema is damaged; restore a backup.");
}

std::unique_ptr<connection> store::connect() {
  auto made = std::make_unique<connection>(server_.for_new_connection());
  const std::string settings = session_settings(schema_, pooled_, read_only_);
  if (pooled_) {
    made->share_sessions(settings);
  } else {
    made->run_script(settings);
  }
  // A process that only reads, or is behind a pooler, keeps nothing of the store in memory.
  if (!pooled_ && !read_only_ && lineage_.enter(*made)) liveness_.look_again();
  return made;
}

// Nobody needs it, so that whatever keeps it from being done is no failure: it is tried again with the next
// look at the other nodes.
void store::finish_migration(connection& db) noexcept {
  if (migrated_) return;
  try {
    migrated_ = postgres::finish_migration(db, schema_);
  } catch (const store_failure&) {
  }
}

void store::tell(const wake_list& woken) {
  notify_sender_.wake(woken);
  if (woken.all || liveness_.has_any_of(woken.nodes)) liveness_.heard().changes().ring();
}

void store::tell_of_deletion(bool ran) {
  notify_sender_.committed();
  liveness_.heard().commits().ring();
  if (!ran) return;
  notify_sender_.deleted();
  liveness_.deleted();
}

// Through a pooler nothing can be heard: then it is looked for now and then.
std::uint64_t store::deletions() const {
  constexpr std::chrono::seconds now_and_then{5};
  const auto looks =
      is_pooled() ? std::chrono::steady_clock::now().time_since_epoch() / now_and_then : std::int64_t{0};
  return liveness_.heard().deletions() + static_cast<std::uint64_t>(looks);
}

}  // namespace duroxide::persistence::postgres
