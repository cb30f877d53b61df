// A node process, from inside.
#pragma once

#include "bench/run.hpp"

namespace duroxide::bench {

// Runs the workload's instances until SIGTERM, or until its standard input ends, which it does with the
// process that began this one. Prints "ready" when it serves, a report for each byte that it reads, and one
// more when it has shut down; all else that is printed goes to the standard error output.
// REQUIRES: called from the only thread; how.store is a settled URL.
void serve(const workload& what, const run_request& how);

}  // namespace duroxide::bench
