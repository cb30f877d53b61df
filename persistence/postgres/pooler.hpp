// Whether something stands between this process and PostgreSQL.
#pragma once

#include "persistence/postgres/conninfo.hpp"

namespace duroxide::persistence::postgres {

// Whether transactions of one connection come to several sessions, as behind a transaction pooler (PgBouncer
// with pool_mode=transaction). A pooler that gives each connection a session is none. A busy one may remain
// unnoticed; then prepared statements fail, which names it. Throws store_failure.
bool is_behind_transaction_pooler(const conninfo& where);

}  // namespace duroxide::persistence::postgres
