// Runtimes of Python.
#pragma once

#include "api/python/native/gil.hpp"

namespace duroxide::python {

void bind_runtime(py::module_& module);

}  // namespace duroxide::python
