// Which instances do not go on, and why.
#pragma once

#include "persistence/simulated/tables.hpp"

namespace duroxide::internal::simulated {

// Throws store_failure (broken, invalid_argument) for a cursor that is not of such a query.
problem_page list_problems(const tables& rows, const problem_query& what);

}  // namespace duroxide::internal::simulated
