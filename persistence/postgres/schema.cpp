#include "persistence/postgres/schema.hpp"

#include "persistence/postgres/migrations.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>

namespace duroxide::persistence::postgres {

namespace {

constexpr int oldest_server = 140000;
constexpr std::size_t longest_name = 48;  // with what is put around it, a name of 63 bytes at most

[[noreturn]] void throw_unusable(const std::string& reason) {
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible, reason);
}

void require_server(connection& db) {
  const int version = db.value<int>("select current_setting('server_version_num')::integer");
  if (version < oldest_server)
    throw_unusable("the server is PostgreSQL " + std::to_string(version / 10000) +
                   "; 14 or newer is needed. Upgrade the server.");
  const auto encoding = db.value<std::string>("select current_setting('server_encoding')");
  if (encoding != "UTF8")
    throw_unusable("the database has the encoding " + encoding +
                   "; UTF8 is needed. Make another database: create database NAME encoding 'UTF8' template "
                   "template0.");
}

void require_primary(connection& db) {
  if (db.value<bool>("select pg_is_in_recovery()"))
    throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                        "the server is a standby, which cannot be written to. Connect to the primary "
                        "(target_session_attrs=read-write in the URL chooses it).");
}

bool schema_exists(connection& db, const std::string& name) {
  return db.value<bool>("select exists (select 1 from pg_namespace where nspname = $1)", name);
}

enum class content { none, ours, of_others };

// In one look: another process may be about to fill it.
content content_of(connection& db, const std::string& name) {
  auto row = db.run("select count(*) as everything, "
                    "count(*) filter (where c.relname = 'duroxide_migrations') as ours "
                    "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1",
                    name);
  int all = 0;
  int ours = 0;
  if (row.next()) row.read("everything", all, "ours", ours);
  return ours != 0 ? content::ours : all != 0 ? content::of_others : content::none;
}

std::size_t version_of(connection& db, const std::string& name) {
  switch (content_of(db, name)) {
  case content::none: return 0;
  case content::ours: break;
  case content::of_others:
    throw_unusable("the schema '" + name +
                   "' exists and was not made by duroxide; nothing in it was changed. Name another schema.");
  }
  auto row = db.run_script("select coalesce(max(version), 0) from \"" + name + "\".duroxide_migrations");
  std::size_t version = 0;
  if (row.next()) row.read(only_column, version);
  return version;
}

void require_known(std::size_t version, const std::string& name) {
  const std::size_t known = migrations().size();
  if (version <= known) return;
  throw_unusable("the schema '" + name + "' has version " + std::to_string(version) +
                 ", and this build knows versions up to " + std::to_string(known) +
                 ". Use a newer build of duroxide, or another schema; this one was left as it was.");
}

// What the migrations take away between the build before and this one was kept for nodes that are older than
// both. One that is alive holds its lock; one that has died does not. REQUIRES: the search path.
void require_no_nodes_of_two_builds(connection& db, std::size_t version, const std::string& name) {
  if (version == 0 || version > version_before) return;
  auto row = db.run("select n.id, n.name from nodes n join pg_locks l on l.objid::bigint = n.id "
                    "where n.state = 'alive' and l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
                    "and l.mode = 'ExclusiveLock' and l.classid = $1::bigint::oid "
                    "and l.database = (select oid from pg_database where datname = current_database()) "
                    "and coalesce((to_jsonb(n) ->> 'schema_version')::integer, 2) < $2 order by n.id limit 1",
                    static_cast<std::int64_t>(static_cast<std::uint32_t>(lock_class_of(name))),
                    static_cast<std::int32_t>(version_before));
  if (!row.next()) return;
  std::uint64_t id = 0;
  std::string node;
  row.read("id", id, "name", node);
  throw store_failure(commit_certainty::not_done, error_kind::store_in_use,
                      "the schema '" + name + "' has version " + std::to_string(version) + ", and node " +
                          std::to_string(id) + " (" + node +
                          ") works with it, of a build that is older than the one before this one. Stop that "
                          "process, then open the store again; it was left as it is.");
}

// REQUIRES: the search path, and at least version `needed_version`.
bool older_nodes_live(connection& db) {
  auto row = db.run_script("select exists (select 1 from nodes where state = 'alive' and schema_version < " +
                           std::to_string(needed_version) + ")");
  bool live = false;
  if (row.next()) row.read(only_column, live);
  return live;
}

void apply(connection& db, const std::string& name, std::size_t from, std::size_t to) {
  if (from == 0) {
    // Not "if not exists", which asks for the right to make schemas even if there is nothing to make.
    if (!schema_exists(db, name)) db.run_script("create schema \"" + name + "\"");
    db.run_script("create table \"" + name +
                  "\".duroxide_migrations (version integer primary key, applied_at timestamptz not null "
                  "default now())");
  }
  for (std::size_t next = from; next < to; ++next) {
    db.run_script(std::string(migrations()[next]));
    if (next + 1 == needed_version) db.run_script(std::string(functions()));
    db.run_script("insert into duroxide_migrations (version) values (" + std::to_string(next + 1) + ")");
  }
}

// True if the schema has that version then. A session that waits for a table keeps all later ones from it, so
// that `patience` is also how long others may be held up.
bool bring_to(connection& db, const std::string& name, std::size_t wanted, const std::string& patience) {
  transaction changes(db);
  db.run_script("set local search_path = \"" + name + "\"");
  db.run_script("set local lock_timeout = '" + patience + "'");
  db.run("select pg_advisory_xact_lock(hashtextextended($1, 0))", "duroxide schema " + name);
  const std::size_t version = version_of(db, name);  // another process may have been faster
  require_known(version, name);
  if (version < wanted) {
    require_no_nodes_of_two_builds(db, version, name);
    if (version >= needed_version && older_nodes_live(db)) return false;
    apply(db, name, version, wanted);
  }
  changes.commit();
  return true;
}

}  // namespace

void require_schema_name(const std::string& name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_legal = [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; };
  const bool good = !name.empty() && name.size() <= longest_name && is_lower(name.front()) &&
                    std::ranges::all_of(name, is_legal) && !name.starts_with("pg_");
  if (!good)
    throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                        "the schema name '" + name +
                            "' is not 1 to 48 characters of a-z, 0-9 and _, beginning with a letter and not "
                            "with pg_");
}

// FNV-1a, 32 bits.
std::int32_t lock_class_of(const std::string& schema) {
  std::uint32_t hash = 2166136261U;
  for (const char each : "duroxide nodes of " + schema)
    hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

void migrate(connection& db, const std::string& name) {
  require_server(db);
  require_primary(db);
  // Looked at outside of the lock first: nearly always there is nothing to do.
  const std::size_t before = version_of(db, name);
  require_known(before, name);
  if (before < needed_version) bring_to(db, name, needed_version, "30s");
  try {
    finish_migration(db, name);
  } catch (const store_failure& failure) {
    if (failure.error().certainty != commit_certainty::not_done) throw;  // else a node does it later
  }
}

bool finish_migration(connection& db, const std::string& name) {
  if (version_of(db, name) == migrations().size()) return true;
  return bring_to(db, name, migrations().size(), "100ms");
}

void require_current(connection& db, const std::string& name) {
  require_server(db);
  const std::size_t version = version_of(db, name);
  require_known(version, name);
  if (version == 0) throw_unusable("there is no schema '" + name + "' of duroxide in this database");
  if (version < needed_version)
    throw_unusable(
        "the schema '" + name + "' has version " + std::to_string(version) +
        ", and this build reads version " + std::to_string(needed_version) +
        ". It is opened for reading only, so it was left as it is; opening it otherwise migrates it.");
}

row_types read_row_types(connection& db) {
  row_types found;
  auto row = db.run_script(
      "select t.typname, t.oid::bigint as oid, array_agg(a.atttypid::bigint order by a.attnum) as columns "
      "from pg_type t "
      "join pg_class c on c.oid = t.typrelid and c.relkind = 'c' "
      "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
      "where t.typnamespace = current_schema()::regnamespace group by t.oid, t.typname");
  while (row.next()) {
    std::string name;
    row_type type;
    std::vector<std::int64_t> columns;
    row.read("typname", name, "oid", type.oid, "columns", numbers_column{columns});
    for (const std::int64_t each : columns) type.columns.push_back(static_cast<std::uint32_t>(each));
    found.emplace(std::move(name), std::move(type));
  }
  return found;
}

}  // namespace duroxide::persistence::postgres
