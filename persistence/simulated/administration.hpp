// What operators see and mend.
#pragma once

#include "persistence/simulated/core.hpp"

#include <memory>

namespace duroxide::internal::simulated {

std::unique_ptr<store_administration> make_administration(std::shared_ptr<core> store);

}  // namespace duroxide::internal::simulated
