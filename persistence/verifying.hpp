// The consistency check of a store.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <span>

namespace duroxide::persistence {

// What is asked of the tables themselves: statements, each of which gives an instance (or what there is of
// it) and what is wrong, for every row that is wrong.
std::span<const char* const> questions_of_verification();

verification verify_store(admin_session& db, const history_reader& read);

}  // namespace duroxide::persistence
