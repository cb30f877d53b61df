// Helper functions of several steps as branches of a combination.
#pragma once

#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/outcome.hpp"

#include <memory>

namespace duroxide::python {

// REQUIRES: the GIL.
durable<outcome> run_helper(std::shared_ptr<live_orchestration> live, py::object made);

}  // namespace duroxide::python
