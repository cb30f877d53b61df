// Noticing that a database file is not there any more.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

struct statx;

namespace duroxide::persistence::sqlite {

// The files of a database as they were when a connection had opened them: what is written into one that was
// removed, moved or replaced since is lost, although the kernel takes it. A node that is to acknowledge something
// looks here before; that takes about a microsecond, and opens nothing, since closing a descriptor of the
// file would drop SQLite's locks on it. What has been noticed once stays so, even if a file comes back: what
// others did with it meanwhile is not known. Any thread may call.
class opened_files {
public:
  // REQUIRES: a connection has the file and its write-ahead log open. `path` is absolute, without links.
  explicit opened_files(std::string path);

  const std::string& path() const noexcept { return path_; }

  // Throws store_failure (broken, store_gone) if something has happened to one of the files.
  void require_in_place() const;
  // Likewise for the database file itself, for readers: a look at one file instead of three.
  void require_file_in_place() const;
  // Likewise, if that has been noticed already.
  void require_none_missed() const;
  bool are_in_place() const { return are_in_place(files_.size()); }

private:
  using identity = std::pair<std::uint64_t, std::uint64_t>;  // device and inode

  struct file {
    std::string path;
    std::optional<identity> original;  // none: there was no such file
  };
  static identity identity_of(const struct statx& found);
  static file found_at(std::string path);

  // Empty if nothing has, to the first `count` of the files.
  std::string what_happened(std::size_t count) const;
  bool are_in_place(std::size_t count) const;
  void notice(std::string what) const DUROXIDE_EXCLUDES(mutex_);
  [[noreturn]] void throw_noticed() const DUROXIDE_EXCLUDES(mutex_);

  const std::string path_;
  std::array<file, 3> files_;
  mutable std::atomic<bool> noticed_ = false;
  mutable detail::mutex mutex_;
  mutable std::string what_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::persistence::sqlite
