// What a run finds in a store that others have used.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>

namespace duroxide::bench {

bool has_unfinished_instances(const std::shared_ptr<provider>& store);

// Says so if it has: they will run, and be measured.
void warn_of_unfinished_instances(const std::shared_ptr<provider>& store);

}  // namespace duroxide::bench
