#include "bench/heap.hpp"

#include <malloc.h>
#include <sqlite3.h>

namespace duroxide::bench {

double heap_bytes() {
  const auto heap = mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd) - static_cast<double>(sqlite3_memory_used());
}

}  // namespace duroxide::bench
