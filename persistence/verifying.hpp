// Looking for what cannot be.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

namespace duroxide::persistence {

verification verify_store(admin_session& db, const history_reader& read);

}  // namespace duroxide::persistence
