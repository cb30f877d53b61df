// duroxide::testing for workflows that are written in Python.
#pragma once

#include "api/python/native/gil.hpp"

namespace duroxide::python {

void bind_testing(py::module_& module);

}  // namespace duroxide::python
