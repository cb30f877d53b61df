#include "persistence/sqlite/store.hpp"

#include "persistence/sqlite/busy.hpp"
#include "persistence/sqlite/file_probe.hpp"
#include "persistence/sqlite/schema.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>

namespace duroxide::persistence::sqlite {

namespace {

constexpr std::size_t most_readers = 4;

[[noreturn]] void throw_unavailable(std::string why) {
  throw store_failure(store_fate::not_done, error_kind::store_unavailable, std::move(why));
}

// Two processes that make the same file at the same time may meet here, and SQLite does not wait by itself
// for this kind of lock.
void use_write_ahead_log(database& db) {
  const auto deadline = std::chrono::steady_clock::now() + busy_limit;
  for (;;) {
    try {
      const auto mode = db.value<std::string>("pragma journal_mode = wal");
      if (mode != "wal")
        throw_unavailable("there can be no write-ahead log here (SQLite uses '" + mode + "')");
      return;
    } catch (const store_failure&) {
      const bool busy = (sqlite3_errcode(db.handle()) & 0xff) == SQLITE_BUSY;
      if (!busy || std::chrono::steady_clock::now() > deadline) throw;
      busy_pause();
    }
  }
}

// The mode is asked for again, because SQLite takes a word that it does not know for NORMAL.
void set_durability(database& db, sqlite_durability durability) {
  const bool full = durability == sqlite_durability::survives_power_loss;
  db.run_script(full ? "pragma synchronous = full" : "pragma synchronous = normal");
  const int mode = db.value<int>("pragma synchronous");
  if (mode != (full ? 2 : 1))
    throw_unavailable("SQLite does not give the durability asked for (synchronous is " +
                      std::to_string(mode) + ")");
}

std::unique_ptr<database> open_for_writing(const std::string& path, sqlite_durability durability) {
  auto db = std::make_unique<database>(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (sqlite3_db_readonly(db->handle(), "main") == 1)
    throw_unavailable("the file is read-only for this user; make the file and its folder writable");
  migrate(*db);
  use_write_ahead_log(*db);
  set_durability(*db, durability);
  db->run_script("pragma cache_size = -65536; pragma temp_store = memory; "
                 // Fewer, larger checkpoints: a page that many commits touch is then copied once.
                 "pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864");
  return db;
}

// Even who only reads needs the two files of the write-ahead log. If nobody has made them, SQLite does, and
// takes them away in the end if it may write, which then is all that it writes.
int flags_for_reading_only(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path + "-wal", ignored) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
}

std::unique_ptr<database> refuse_to_write() {
  throw_unavailable("it was opened for reading only; open it without read_only to write or to wait");
}

std::unique_ptr<database> open_for_reading(const std::string& path, int flags) {
  auto db = std::make_unique<database>(path, flags);
  db->run_script("pragma query_only = on");
  return db;
}

std::unique_ptr<database> make_in_memory() {
  auto db = std::make_unique<database>(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  migrate(*db);
  return db;
}

}  // namespace

store::store(std::string description, std::shared_ptr<pool> writer, std::shared_ptr<pool> readers,
             pool& first)
    : description_(std::move(description)), writer_(std::move(writer)), readers_(std::move(readers)) {
  const auto db = first.acquire();
  file_ = sqlite3_db_filename(db->handle(), "main");
  shard_count_ = db->value<std::uint32_t>("select value from meta where name = 'shard_count'");
  if (shard_count_ == 0)
    throw store_failure(store_fate::broken, error_kind::store_incompatible,
                        "the table meta has no shard_count. The file is damaged; restore a backup.");
}

std::shared_ptr<store> store::open(const std::string& path, sqlite_options options) {
  require_ours_or_empty(path);
  if (options.read_only) return open_for_reading_only(path);
  auto writer =
      std::make_shared<pool>(1, [path, options] { return open_for_writing(path, options.durability); });
  auto readers =
      std::make_shared<pool>(most_readers, [path] { return open_for_reading(path, SQLITE_OPEN_READWRITE); });
  // The first to be opened is the one that makes and migrates.
  return std::shared_ptr<store>(new store("sqlite:" + path, writer, std::move(readers), *writer));
}

std::shared_ptr<store> store::open_for_reading_only(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw_unavailable("there is no database to read");
  auto nobody = std::make_shared<pool>(1, refuse_to_write);
  auto readers = std::make_shared<pool>(most_readers, [path, flags = flags_for_reading_only(path)] {
    auto db = open_for_reading(path, flags);
    require_current(*db);
    return db;
  });
  return std::shared_ptr<store>(new store("sqlite:" + path, std::move(nobody), readers, *readers));
}

std::shared_ptr<store> store::open_in_memory() {
  auto only = std::make_shared<pool>(1, make_in_memory);
  return std::shared_ptr<store>(new store("sqlite::memory:", only, only, *only));
}

}  // namespace duroxide::persistence::sqlite
