// Registration of handlers that are written in Python.
#pragma once

#include <duroxide/runtime.hpp>
#include "api/python/native/gil.hpp"

namespace duroxide::python {

// What `register_*` functions of Python work on: a runtime that is not started. Valid as long as that is.
struct handlers_in_python {
  runtime* registers;
};

void bind_handlers(py::module_& module);

}  // namespace duroxide::python
