// What the Python half of the package gives to this half: functions and classes that are written in Python.
#pragma once

#include <duroxide/errors.hpp>
#include "api/python/native/gil.hpp"

#include <string>
#include <utility>

namespace duroxide::python {

struct package {
  py::object loads;         // JSON text -> value; text that is no JSON is given as it is
  py::object dumps;         // value -> JSON text
  py::object failure;       // error_details as a Python value
  py::object failure_text;  // what `all` and `race` give for a failed branch
  py::dict errors;          // exception classes by name, each made of a failure
  py::object orchestration_context;
  py::object activity_context;
  py::object describe_error;  // exception -> message, type, stack, retryable
};

// REQUIRES: the GIL; set by use_package.
package& the_package();

// All below: REQUIRES the GIL. They throw py::error_already_set for what Python raises.
std::string text_of(py::handle text);  // of a str, as UTF-8
py::str to_python(const std::string& text);
// The str of a member or an attribute, made once and kept.
py::handle interned(const char* name);
py::object loads(const std::string& json);
std::string dumps(py::handle value);

// Calls a function of Python. Everything in Python that may take long is called by this: if the interpreter goes
// meanwhile, the thread is held up inside, so that no frame here drops objects without the GIL.
template <class... Arguments> py::object invoke(py::handle function, Arguments&&... arguments) {
  const py::tuple all = py::make_tuple(std::forward<Arguments>(arguments)...);
  PyObject* result = guarded([&] { return PyObject_CallObject(function.ptr(), all.ptr()); });
  if (result == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}

void bind_package(py::module_& module);

}  // namespace duroxide::python
