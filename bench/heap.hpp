// Memory.
#pragma once

namespace duroxide::bench {

// What the heap of this process holds, not what it has asked the system for: allocators keep what is freed.
// Without SQLite's part: its page cache grows with the file, up to 64 MiB a connection, whatever else there
// is.
double heap_bytes();

}  // namespace duroxide::bench
