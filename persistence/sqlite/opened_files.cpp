#include "persistence/sqlite/opened_files.hpp"

#include "persistence/store_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <span>

namespace duroxide::persistence::sqlite {

namespace {

// Of other failures (the folder may not be searched any more, a network file system does not answer) nobody
// knows whether the file is there.
bool says_that_it_is_gone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ESTALE;
}

// Times are not asked for: since Linux 6.13 a file whose times have been read since its last change gets new
// ones with the next write, exact to the nanosecond, and each commit would have to write its inode as well.
bool look_at(const std::string& path, struct statx& found) {
  return ::statx(AT_FDCWD, path.c_str(), 0, STATX_INO | STATX_SIZE, &found) == 0;
}

}  // namespace

opened_files::identity opened_files::identity_of(const struct statx& found) {
  return {(std::uint64_t{found.stx_dev_major} << 32) | found.stx_dev_minor, found.stx_ino};
}

opened_files::file opened_files::found_at(std::string path) {
  struct statx found {};
  file opened{std::move(path), std::nullopt};
  if (look_at(opened.path, found)) opened.original = identity_of(found);
  return opened;
}

opened_files::opened_files(std::string path)
    : path_(std::move(path)), files_{found_at(path_), found_at(path_ + "-wal"), found_at(path_ + "-shm")} {}

std::string opened_files::what_happened(std::size_t count) const {
  for (const file& each : std::span(files_).first(count)) {
    if (!each.original) continue;
    struct statx now {};
    if (!look_at(each.path, now)) {
      if (says_that_it_is_gone(errno)) return "'" + each.path + "' is gone: it was removed or moved";
      continue;
    }
    if (identity_of(now) != *each.original) return "'" + each.path + "' is another file now";
    // It has had pages since before there was a write-ahead log, and never gets smaller than one.
    if (&each == &files_.front() && now.stx_size == 0) return "'" + each.path + "' was emptied";
  }
  return {};
}

void opened_files::notice(std::string what) const {
  const detail::lock_guard lock(mutex_);
  if (noticed_) return;
  what_ = std::move(what);
  noticed_ = true;
}

void opened_files::throw_noticed() const {
  const detail::lock_guard lock(mutex_);
  throw store_failure(commit_certainty::broken, error_kind::store_gone,
                      what_ + " while this process had the database open. What it has written since then is "
                              "lost, and it writes no more. Stop all that use the database, put its files "
                              "back (from a backup, if need be), and start again.");
}

bool opened_files::are_in_place(std::size_t count) const {
  if (noticed_) return false;
  std::string what = what_happened(count);
  if (what.empty()) return true;
  notice(std::move(what));
  return false;
}

void opened_files::require_in_place() const {
  if (!are_in_place()) throw_noticed();
}

void opened_files::require_file_in_place() const {
  if (!are_in_place(1)) throw_noticed();
}

void opened_files::require_none_missed() const {
  if (noticed_) throw_noticed();
}

}  // namespace duroxide::persistence::sqlite
