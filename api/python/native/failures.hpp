// Failures of duroxide as Python exceptions, and Python exceptions as failures of duroxide.
#pragma once

#include <duroxide/filter.hpp>
#include "api/python/native/package.hpp"

#include <string>

namespace duroxide::python {

// All REQUIRE the GIL.

// A Failure of the package, or None.
py::object to_python(const error_details& details);

// The exception that code in Python gets for a failure: of a client's operation, or of something awaited.
py::object exception_of_client(const error_details& details);
enum class awaited { activity, sub_orchestration, other };
py::object exception_of_awaited(const error_details& details, awaited what);

// A FilterError with the column.
py::object exception_of_filter(const filter_error& mistake);

// Sets the exception that is current in Python.
void raise(const py::object& exception);

// Takes the exception that is current in Python; there must be one.
py::object take_exception();
// What a call into Python, or a function of this module, has thrown, as a Python exception. REQUIRES: called from a
// catch handler.
py::object thrown_exception();

// The failure of a handler that raised it.
error_details details_of(const py::object& exception, error_kind kind, const std::string& source);

// Exceptions of duroxide that leave a function of this module become those of the package.
void translate_exceptions();

}  // namespace duroxide::python
