// Helper functions of several steps as branches of a combination.
#pragma once

#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/outcome.hpp"

#include <memory>

namespace duroxide::python {

// REQUIRES: the GIL. `depth`: how many helpers run it, one inside another. Throws RecursionError of Python for too
// many, and py::value_error for a generator that has been begun.
durable<outcome> run_helper(std::shared_ptr<live_orchestration> live, py::object made, int depth);

// Throws py::value_error for a generator or coroutine that has been begun.
void require_new_generator(py::handle made);

}  // namespace duroxide::python
