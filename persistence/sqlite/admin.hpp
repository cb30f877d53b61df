// Administration in SQLite's dialect.
#pragma once

#include "persistence/admin_session.hpp"
#include "persistence/sqlite/store.hpp"

#include <memory>

namespace duroxide::persistence::sqlite {

// `in` must outlive it.
std::unique_ptr<admin_dialect> make_admin_dialect(store& opened);

}  // namespace duroxide::persistence::sqlite
