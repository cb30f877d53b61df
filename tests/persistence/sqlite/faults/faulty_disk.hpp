// A disk that can lose its power, its room and its temper.
#pragma once

#include "tests/persistence/sqlite/faults/disk_state.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>

namespace duroxide::persistence_tests {

// What a disk can be told to fail at.
enum class disk_call : std::uint8_t { open, read, write, truncate, sync, remove };

struct disk_fault {
  disk_call call = disk_call::write;
  std::uint64_t nth = 1;  // of these calls, counted from now
  int code = SQLITE_IOERR_WRITE;
  bool lasts = false;  // until `heal`
};

enum class disk_access : std::uint8_t { full, file_read_only, folder_read_only, all_read_only };

// A folder, and what SQLite does in it for as long as this lives: SQLite's default file system goes through
// here. What is written is in real files at once, where anybody sees it; beside them is recorded what has
// been synced, so that a power cut can be played. Memory that connections share (the -shm file) is SQLite's
// own, and is gone with the power. Used by one thread. REQUIRES: when this goes, no connection is open.
class faulty_disk {
public:
  faulty_disk();
  faulty_disk(const faulty_disk&) = delete;
  faulty_disk& operator=(const faulty_disk&) = delete;
  ~faulty_disk();

  std::string file(const char* name) const { return folder_.file(name); }

  // -- what is on it ---------------------------------------------------------

  // Replaces all files. They count as synced, and `events` begin anew. Connections of before fail for ever.
  void put(const disk_image& files);
  // As anybody sees them now.
  disk_image files() const;
  // What has been done since the last `put`.
  const std::vector<disk_event>& events() const noexcept { return events_; }
  // What a power cut would leave now.
  disk_image after_cut(std::uint64_t seed) const { return state_.cut(seed); }

  // -- what happens to it ----------------------------------------------------

  // Cuts the power when there have been so many events. From then on every call fails.
  void cut_power_at(std::size_t events) { power_ends_at_ = events; }
  bool has_power() const noexcept { return events_.size() < power_ends_at_; }
  // The machine starts again, with what the cut left.
  void power_on(std::uint64_t seed);

  void fail(const disk_fault& fault);
  void allow(disk_access access) noexcept { access_ = access; }
  // Nothing fails any more.
  void heal() noexcept;
  // Whether a fault has come since the last `fail`.
  bool has_failed() const noexcept { return failed_; }

  // -- for the file system ---------------------------------------------------

  sqlite3_vfs* real() const noexcept { return real_; }
  bool holds(const char* path) const;
  // Before each call: SQLITE_OK, or what it gives instead of being made.
  int before(disk_call call);
  int life() const noexcept { return life_; }
  disk_access access() const noexcept { return access_; }
  void record(disk_event event);
  // The number of the file of this name, which is made if there is none.
  std::uint64_t number_of(const std::string& path);
  void record_removal(const std::string& path);

private:
  void replace_files(const disk_image& files) const;

  temporary_folder folder_;
  sqlite3_vfs* real_ = nullptr;
  std::unique_ptr<sqlite3_vfs> vfs_;
  disk_state state_{{}};
  std::vector<disk_event> events_;
  std::map<std::string, std::uint64_t> numbers_;  // by file name
  std::uint64_t next_number_ = 0;
  std::size_t power_ends_at_ = static_cast<std::size_t>(-1);
  int life_ = 0;  // connections of another life fail
  std::optional<disk_fault> fault_;
  std::uint64_t calls_until_fault_ = 0;
  bool failed_ = false;
  disk_access access_ = disk_access::full;
};

}  // namespace duroxide::persistence_tests
