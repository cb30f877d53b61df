// Administration of a store from Python.
#pragma once

#include "api/python/native/gil.hpp"

namespace duroxide::python {

void bind_admin(py::module_& module);

}  // namespace duroxide::python
