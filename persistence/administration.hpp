// Administration, the same for every dialect.
#pragma once

#include "duroxide/administration.hpp"
#include "persistence/admin_session.hpp"

#include <memory>

namespace duroxide::persistence {

std::unique_ptr<store_administration> make_administration(admin_dialect dialect);

}  // namespace duroxide::persistence
