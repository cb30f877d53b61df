// What must hold, checked in every build.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace duroxide::internal {

// A broken invariant is a bug of this library, and going on could write nonsense: the process ends, and what
// is durable is taken up by the next one.
inline void ensure(bool holds, const char* what,
                   std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "duroxide: broken invariant: %s (%s:%u)\n", what, where.file_name(), where.line());
  std::abort();
}

}  // namespace duroxide::internal
