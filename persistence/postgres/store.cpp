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

// FNV-1a, 32 bits.
std::int32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char each : text) hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

bool is_alive(const connection& each) { return each.is_alive(); }

channels channels_of(const std::string& schema) {
  return {"duroxide_" + schema, "duroxide_" + schema + "_done"};
}

std::string legal_schema_name(std::string name) {
  require_schema_name(name);
  return name;
}

std::string description_of(const conninfo& where, const std::string& schema, bool pooled) {
  return where.description() + (schema == "duroxide" ? "" : " schema " + schema) +
         (pooled ? " (behind a transaction pooler)" : "");
}

void prepare_schema(const conninfo& where, const std::string& schema, bool pooled, bool read_only) {
  connection on(where.for_new_connection());
  if (pooled) {
    on.share_sessions("set local client_min_messages = warning");
  } else {
    on.run_script("set client_min_messages = warning");
  }
  if (read_only) {
    require_current(on, schema);
  } else {
    migrate(on, schema);
  }
}

}  // namespace

store::store(conninfo where, std::string schema, bool read_only)
    : where_(std::move(where)), schema_(legal_schema_name(std::move(schema))), read_only_(read_only),
      pooled_(is_behind_transaction_pooler(where_)), description_(description_of(where_, schema_, pooled_)),
      lock_class_(hash_of("duroxide nodes of " + schema_)),
      readers_(
          most_readers, [this] { return connect(); }, is_alive),
      writers_(
          most_writers, [this] { return connect(); }, is_alive),
      presence_([this] { return connect(); }, channels_of(schema_), random_word(), lock_class_),
      announcer_([this] { return connect(); }, channels_of(schema_), presence_.sender()) {
  prepare_schema(where_, schema_, pooled_, read_only_);
  types_ = read([](connection& on) { return read_row_types(on); });
  shard_count_ = read([](connection& on) {
    return on.value<std::uint32_t>("select value::integer from meta where name = 'shard_count'");
  });
  if (shard_count_ == 0)
    throw store_failure(store_fate::broken, error_kind::store_incompatible,
                        "the table meta has no shard_count. The schema is damaged; restore a backup.");
}

std::unique_ptr<connection> store::connect() const {
  auto made = std::make_unique<connection>(where_.for_new_connection());
  const std::string set = pooled_ ? "set local " : "set ";
  const std::string settings =
      set + "search_path = \"" + schema_ + "\"; " + set +
      "client_min_messages = warning; "
      // Plans are made once per session, perhaps while tables are empty; none may depend on that.
      + set + "enable_seqscan = off; " + set +
      "jit = off; "
      // A session that hangs must not keep others waiting for ever.
      + set + "lock_timeout = '10s'; " + set + "idle_in_transaction_session_timeout = '60s'; " +
      (read_only_ ? set + (pooled_ ? "transaction_read_only = on" : "default_transaction_read_only = on")
                  : "");
  if (pooled_) {
    made->share_sessions(settings);
  } else {
    made->run_script(settings);
  }
  return made;
}

// Tried again with the next look at the others.
void store::finish_migration(connection& on) {
  if (migrated_) return;
  try {
    migrated_ = postgres::finish_migration(on, schema_);
  } catch (const store_failure& failure) {
    if (failure.error().fate != store_fate::not_done) throw;
  }
}

void store::tell(const wake_list& whom) {
  announcer_.wake(whom);
  if (whom.all || presence_.has_any_of(whom.nodes)) presence_.changes().ring();
}

}  // namespace duroxide::persistence::postgres
