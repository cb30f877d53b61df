// Pages of instances.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <string>

namespace duroxide::persistence {

instance_page list_instances(admin_session& db, const instance_query& what);

// The columns that read_summary takes, of `instances i`.
std::string summary_columns(const admin_session& db);
// What cannot be read is noted in it, so that it keeps nobody else from being shown.
instance_summary read_summary(admin_session& db, sql_row& row);

}  // namespace duroxide::persistence
