#include "persistence/sqlite/file_probe.hpp"

#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/failures.hpp"
#include "persistence/sqlite/schema.hpp"
#include "persistence/store_failure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace fs = std::filesystem;

namespace duroxide::persistence::sqlite {

namespace {

// The database header and the first page's own. Layout: https://www.sqlite.org/fileformat2.html
using file_header = std::array<unsigned char, 108>;

[[noreturn]] void throw_unusable(const std::string& reason) {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable, reason);
}

[[noreturn]] void throw_foreign(const std::string& what) {
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                      what + ". Give the path of a duroxide database, or of a file that does not exist yet; "
                             "this one was left as it is.");
}

void require_folder(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw_unusable("this is a folder; give the path of a file in it");
  const fs::path folder = fs::path(path).parent_path();
  if (!fs::is_directory(folder, ignored))
    throw_unusable("there is no folder '" + folder.string() + "'; make it first, or correct the path");
}

// Through SQLite's own descriptor: closing another one of the same file would drop the locks that connections
// of this process hold on it (POSIX locks belong to the process, not to the descriptor).
bool read_header(const database& db, file_header& header) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  const int code = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) throw_failure(nullptr, code);
  return code == SQLITE_OK;
}

std::uint32_t big_endian(const file_header& header, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | header[offset + i];
  return value;
}

// A transaction that was cut short (by a power cut) has left its journal, and SQLite goes back to what was
// there before: so many pages. None if there is no such journal.
std::optional<std::uint32_t> pages_to_go_back_to(const database& db) {
  constexpr std::string_view magic("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
  constexpr std::size_t pages_at = 16;
  file_header header{};
  const char* const name = sqlite3_filename_journal(sqlite3_db_filename(db.handle(), "main"));
  const int journal = ::open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (journal < 0) return std::nullopt;
  const auto size = ::pread(journal, header.data(), header.size(), 0);
  ::close(journal);
  if (size != static_cast<ssize_t>(header.size())) return std::nullopt;
  const std::string_view found(reinterpret_cast<const char*>(header.data()), magic.size());
  if (found != magic) return std::nullopt;
  return big_endian(header, pages_at);
}

// What the file says may be out of date if there is a write-ahead log, which nothing may be read from: that
// would make files beside it. Without one, the table of tables begins in the first page, and is a leaf
// without cells.
bool has_no_tables(const file_header& header) {
  const bool has_write_ahead_log = header[19] == 2;
  return !has_write_ahead_log && header[100] == 13 && header[103] == 0 && header[104] == 0;
}

}  // namespace

void require_ours_or_empty(const std::string& path) {
  require_folder(path);
  std::error_code ignored;
  const auto size = fs::file_size(path, ignored);
  if (ignored || size == 0) return;

  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t application_id_at = 68;
  database db(path, SQLITE_OPEN_READONLY);
  // A table takes a page of its own besides the first one. So this was no database, or one without tables.
  const auto pages_before = pages_to_go_back_to(db);
  if (pages_before && *pages_before <= 1) return;
  file_header header{};
  if (!read_header(db, header) || !std::equal(magic.begin(), magic.end(), header.begin()))
    throw_foreign("the file is not an SQLite database");

  // Complete from the first write on: a new file gets its schema before it gets a write-ahead log.
  const std::uint32_t found = big_endian(header, application_id_at);
  if (found == application_id || (!pages_before && has_no_tables(header))) return;
  throw_foreign("the file is a database of another program (application id " + std::to_string(found) +
                ", duroxide's is " + std::to_string(application_id) + ")");
}

}  // namespace duroxide::persistence::sqlite
