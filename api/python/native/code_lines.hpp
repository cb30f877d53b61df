// Which line of a user's Python code asks for something.
#pragma once

#include <duroxide/code_location.hpp>
#include "api/python/native/gil.hpp"

namespace duroxide::python {

// All REQUIRE the GIL. No place if only this package's own code is found.
code_location
line_of_generator(py::handle generator);  // where it is suspended, inside the helpers that it awaits
code_location line_of_caller();           // that called into the package on this thread

}  // namespace duroxide::python
