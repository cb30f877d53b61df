// Which instances do not go on, and why.
#pragma once

#include "duroxide/problem.hpp"
#include "persistence/admin_session.hpp"

namespace duroxide::persistence {

// Throws store_failure (broken, invalid_argument) for a cursor that is not of such a query.
problem_page list_problems(admin_session& db, const problem_query& what);

}  // namespace duroxide::persistence
