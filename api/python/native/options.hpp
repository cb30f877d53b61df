// Options of runtimes, from Python.
#pragma once

#include <duroxide/options.hpp>
#include "api/python/native/gil.hpp"

namespace duroxide::python {

// Changes the members that `given` names. Throws py::type_error or py::value_error that names the option.
void apply_options(runtime_options& to, const py::dict& given);

}  // namespace duroxide::python
