// The usual run of a workload, on node processes.
#pragma once

#include "bench/run.hpp"

namespace duroxide::bench {

// Starts how.nodes of them on a PostgreSQL store, and drives them with a client without a runtime. What is
// counted is the nodes' own; the row has the client's calls of the store as `client_statements`.
// REQUIRES: `how` is complete.
figures run_on_nodes(const workload& what, const run_request& how);

// Throws configuration_error (invalid_argument) for another store, which processes cannot share like that.
void require_postgres(const workload& what, const run_request& how);

}  // namespace duroxide::bench
