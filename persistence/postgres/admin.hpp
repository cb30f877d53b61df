// Administration in PostgreSQL's dialect.
#pragma once

#include "persistence/admin_session.hpp"
#include "persistence/postgres/store.hpp"

namespace duroxide::persistence::postgres {

// `opened` must outlive it.
admin_dialect make_admin_dialect(store& opened);

}  // namespace duroxide::persistence::postgres
