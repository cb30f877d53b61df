// Administration in SQLite's dialect.
#pragma once

#include "persistence/admin_session.hpp"
#include "persistence/sqlite/store.hpp"

namespace duroxide::persistence::sqlite {

// `opened` must outlive it.
admin_dialect make_admin_dialect(store& opened);

}  // namespace duroxide::persistence::sqlite
