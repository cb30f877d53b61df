// Which instances go back in their histories together, and to where.
#pragma once

#include "duroxide/administration.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/rewind.hpp"

#include <string>
#include <vector>

namespace duroxide::internal {

struct rewind_plan {
  std::vector<planned_rewind> instances;  // in the order of their ids
  rewind_receipt done;                    // what it will have done
};

// As the instances are now. Throws what admin::rewind throws.
rewind_plan plan_rewind(provider& store, const std::string& instance, const rewind_point& point,
                        const rewind_options& options);

}  // namespace duroxide::internal
