// Lists of instances, page by page.
#pragma once

#include "persistence/simulated/tables.hpp"

#include <functional>

namespace duroxide::internal::simulated {

instance_summary summary_of(const instance_row& row);

using row_condition = std::function<bool(const instance_row&)>;

// Of the rows that the condition lets through; the filter of the query is not looked at. Throws like list_instances.
instance_page page_of(const tables& rows, const instance_query& what, const row_condition& lets_through);

// Throws store_failure (invalid_argument) for a cursor that is not of such a query.
instance_page list_instances(const tables& rows, const instance_query& what);

}  // namespace duroxide::internal::simulated
