// Administration in PostgreSQL's dialect.
#pragma once

#include "persistence/admin_session.hpp"
#include "persistence/postgres/store.hpp"

#include <memory>

namespace duroxide::persistence::postgres {

// `in` must outlive it.
std::unique_ptr<admin_dialect> make_admin_dialect(store& opened);

}  // namespace duroxide::persistence::postgres
