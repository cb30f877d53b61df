// Registration of handlers that are written in Python.
#pragma once

#include <duroxide/runtime.hpp>
#include "api/python/native/python_function.hpp"

#include <memory>
#include <vector>

namespace duroxide::python {

// The runtime that handlers are registered with, as long as that is possible, and their functions.
struct registration {
  runtime* target = nullptr;
  std::vector<python_function> functions;

  // REQUIRES: the GIL.
  void let_functions_go() {
    for (const python_function& each : functions) each.let_go();
    functions.clear();
  }
};

// What the `register_*` functions of Python work on. The GIL guards what it refers to.
struct handlers_in_python {
  std::shared_ptr<registration> registered;
};

void bind_handlers(py::module_& module);

}  // namespace duroxide::python
