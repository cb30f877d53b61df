// The log of the engine, for Python's logging.
#pragma once

#include "api/python/native/gil.hpp"

namespace duroxide::python {

void bind_log_queue(py::module_& module);

}  // namespace duroxide::python
