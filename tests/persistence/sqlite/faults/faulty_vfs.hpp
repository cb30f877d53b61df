// The file system that SQLite calls for a faulty_disk.
#pragma once

#include <sqlite3.h>

#include <memory>

namespace duroxide::persistence_tests {

class faulty_disk;

// To be registered with SQLite. Files outside of the disk's folder go to the real file system. REQUIRES: it
// does not outlive `disk`.
std::unique_ptr<sqlite3_vfs> make_faulty_vfs(faulty_disk& disk);

}  // namespace duroxide::persistence_tests
