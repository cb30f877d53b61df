// What a runtime has counted, as a dict of Python.
#pragma once

#include <duroxide/metrics.hpp>
#include "api/python/native/gil.hpp"

namespace duroxide::python {

py::dict to_python(const metrics_snapshot& snapshot);

}  // namespace duroxide::python
