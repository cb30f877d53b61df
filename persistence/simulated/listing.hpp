// Lists of instances, page by page.
#pragma once

#include "persistence/simulated/tables.hpp"

namespace duroxide::internal::simulated {

instance_summary summary_of(const instance_row& row);

// Throws store_failure (invalid_argument) for a cursor that is not of such a query.
instance_page list_instances(const tables& rows, const instance_query& what);

}  // namespace duroxide::internal::simulated
