// Looking for what cannot be.
#pragma once

#include "persistence/simulated/tables.hpp"

namespace duroxide::internal::simulated {

verification verify_rows(const tables& rows, const history_reader& read);

}  // namespace duroxide::internal::simulated
