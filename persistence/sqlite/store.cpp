#include "persistence/sqlite/store.hpp"

#include "persistence/sqlite/busy.hpp"
#include "persistence/sqlite/file_probe.hpp"
#include "persistence/sqlite/forks.hpp"
#include "persistence/sqlite/schema.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>

namespace duroxide::persistence::sqlite {

namespace {

constexpr std::size_t most_readers = 4;

[[noreturn]] void throw_unavailable(std::string reason) {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable, std::move(reason));
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

std::unique_ptr<database> open_for_writing(const std::string& name, sqlite_durability durability) {
  auto db = std::make_unique<database>(name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
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

// Even a reader needs the two files of the write-ahead log. If nobody has made them, SQLite does, and
// takes them away in the end if it may write, which then is all that it writes.
int flags_for_reading_only(const std::string& path) {
  std::error_code ignored;
  const std::string file = std::filesystem::weakly_canonical(path, ignored).string();
  return std::filesystem::exists(file + "-wal", ignored) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
}

std::unique_ptr<database> refuse_to_write() {
  throw_unavailable("it was opened for reading only; open it without read_only to write or to wait");
}

// SQLite compares the file that it has open with the one at its path.
bool has_moved(const database& db) {
  int moved = 0;
  const int code = sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

std::unique_ptr<database> make_in_memory() {
  auto db = std::make_unique<database>(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  migrate(*db);
  return db;
}

}  // namespace

// It may be another file that lies at the path by now.
std::unique_ptr<database> store::open_again(const place& home, int flags) {
  auto db = std::make_unique<database>(home.file.name, flags);
  db->belongs_to(home.files);
  db->require_in_place();
  db->run_script("pragma query_only = on");
  return db;
}

store::store(std::string description, std::shared_ptr<place> home, std::shared_ptr<pool> writer,
             std::shared_ptr<pool> readers, pool& first)
    : description_(std::move(description)), writer_(std::move(writer)), readers_(std::move(readers)) {
  const auto db = first.acquire();
  shard_count_ = db->value<std::uint32_t>("select value from meta where name = 'shard_count'");
  if (shard_count_ == 0)
    throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                        "the table meta has no shard_count. The file is damaged; restore a backup.");
  if (!home) return;
  // By what was just read, the log is open, too.
  files_ = std::make_shared<opened_files>(sqlite3_db_filename(db->handle(), "main"));
  if (has_moved(*db)) throw_unavailable("the file was moved while it was being opened; try again");
  home->file = resolved(home->file, files_->path());
  home->files = files_;
  db->belongs_to(files_);
}

std::shared_ptr<store> store::open(const std::string& path, sqlite_options options) {
  const location file = locate(path);
  prepare_for_forks();
  require_ours_or_empty(file.path);
  if (options.read_only) return open_for_reading_only(file);
  auto home = std::make_shared<place>(place{file, nullptr});
  auto writer = std::make_shared<pool>(
      1, [home, options] { return open_for_writing(home->file.name, options.durability); });
  auto readers =
      std::make_shared<pool>(most_readers, [home] { return open_again(*home, SQLITE_OPEN_READWRITE); });
  // The first to be opened is the one that makes and migrates; it stays open as long as the store.
  return std::shared_ptr<store>(new store("sqlite:" + file.path, home, writer, std::move(readers), *writer),
                                detail::delete_at_home());
}

std::shared_ptr<store> store::open_for_reading_only(const location& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file.path, ignored)) throw_unavailable("there is no database to read");
  auto home = std::make_shared<place>(place{file, nullptr});
  auto nobody = std::make_shared<pool>(1, refuse_to_write);
  auto readers = std::make_shared<pool>(most_readers, [home, flags = flags_for_reading_only(file.path)] {
    auto db = open_again(*home, flags);
    require_current(*db);
    return db;
  });
  return std::shared_ptr<store>(new store("sqlite:" + file.path, home, std::move(nobody), readers, *readers),
                                detail::delete_at_home());
}

std::shared_ptr<store> store::open_in_memory() {
  prepare_for_forks();
  auto only = std::make_shared<pool>(1, make_in_memory);
  return std::shared_ptr<store>(new store("sqlite::memory:", nullptr, only, only, *only),
                                detail::delete_at_home());
}

}  // namespace duroxide::persistence::sqlite
