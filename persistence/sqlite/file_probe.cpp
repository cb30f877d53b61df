#include "persistence/sqlite/file_probe.hpp"

#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/schema.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace fs = std::filesystem;

namespace duroxide::persistence::sqlite {

namespace {

using file_header = std::array<unsigned char, 100>;

[[noreturn]] void throw_unavailable(const std::string& why) {
  throw store_failure(store_fate::not_done, error_kind::store_unavailable, why);
}

[[noreturn]] void throw_foreign(const std::string& what) {
  throw store_failure(store_fate::broken, error_kind::store_incompatible,
                      what + ". Give the path of a duroxide database, or of a file that does not exist yet; "
                             "this one was left as it is.");
}

void require_path(const std::string& path) {
  if (path.empty()) throw_unavailable("the path is empty; give the path of the database file");
  if (path.find('\0') != std::string::npos) throw_unavailable("the path has a NUL in it");
  if (path == ":memory:")
    throw_unavailable("for a database in memory, use sqlite_provider::open_in_memory()");

  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw_unavailable("this is a folder; give the path of a file in it");
  const fs::path folder = fs::absolute(path, ignored).parent_path();
  if (!fs::is_directory(folder, ignored))
    throw_unavailable("there is no folder '" + folder.string() + "'; make it first, or correct the path");
}

// Through SQLite's own descriptor: closing another one of the same file would drop the locks that connections
// of this process hold on it (POSIX locks belong to the process, not to the descriptor).
bool read_header(const database& db, file_header& header) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) == SQLITE_OK;
}

std::uint32_t big_endian(const file_header& header, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | header[at + i];
  return value;
}

// Opening for reading leaves a database alone only if it has a rollback journal; one with a write-ahead log
// would get files beside it.
bool has_write_ahead_log(const file_header& header) { return header[19] == 2; }

}  // namespace

void require_ours_or_empty(const std::string& path) {
  require_path(path);
  std::error_code ignored;
  const auto size = fs::file_size(path, ignored);
  if (ignored || size == 0) return;

  // Layout: https://www.sqlite.org/fileformat2.html#the_database_header
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t application_id_at = 68;
  database db(path, SQLITE_OPEN_READONLY);
  file_header header{};
  if (!read_header(db, header) || !std::equal(magic.begin(), magic.end(), header.begin()))
    throw_foreign("the file is not an SQLite database");

  // Complete from the first write on: a new file gets its schema before it gets a write-ahead log.
  const std::uint32_t found = big_endian(header, application_id_at);
  if (found == application_id) return;
  if (!has_write_ahead_log(header) && db.value<int>("select count(*) from sqlite_schema") == 0) return;
  throw_foreign("the file is a database of another program (application id " + std::to_string(found) +
                ", duroxide's is " + std::to_string(application_id) + ")");
}

}  // namespace duroxide::persistence::sqlite
