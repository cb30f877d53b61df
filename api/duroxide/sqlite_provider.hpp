// The embedded store.
#pragma once

#include "duroxide/provider.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace duroxide {

enum class sqlite_durability : std::uint8_t {
  // Every commit is on the disk when it returns (WAL, synchronous=FULL): survives power loss.
  survives_power_loss,
  // Commits reach the operating system only (WAL, synchronous=NORMAL): survives a crash of the process. The
  // last commits before a power loss or a crash of the operating system may be gone, as if they had never
  // been made.
  survives_process_crash_only,
};

struct sqlite_options {
  sqlite_durability durability = sqlite_durability::survives_power_loss;
  // For looking at a store that others use: it is neither created nor migrated, and every operation that would
  // write or wait fails with store_unavailable. The file may be read-only; its folder may be read-only if a runtime
  // has the file open. If none has, the files of the write-ahead log exist while the file is read, created by the
  // user who reads it.
  bool read_only = false;
};

class sqlite_provider {
public:
  // Opens the database file, creating or migrating it if needed. `path` may also be a URI as SQLite has them
  // ("file:orders.db?vfs=..."). A relative path is resolved now: the store stays the file that was opened, even if
  // the current directory, or a link, changes. If that file is removed, moved or replaced while it is open,
  // everything fails with store_gone from then on; open the path again. Throws
  // infrastructure_error: store_unavailable (no such folder, no rights, disk full), store_incompatible (not a
  // database, another program's, of a newer schema than this build knows, or, for reading only, of an older
  // one).
  static std::shared_ptr<provider> open(const std::string& path, sqlite_options options = {});

  // A private database that is gone with the last reference to it.
  static std::shared_ptr<provider> open_in_memory();
};

}  // namespace duroxide
