// Runs orchestrations that are written in Python: generators, coroutines, and plain functions.
#pragma once

#include <duroxide/registry.hpp>
#include "api/python/native/python_function.hpp"

namespace duroxide::python {

// `function` is called with the context and the input, once for each execution and replay. Takes the GIL once for
// each step that waits for something.
orchestration_function run_in_python(python_function function);

}  // namespace duroxide::python
