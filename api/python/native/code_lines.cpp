#include "api/python/native/code_lines.hpp"

#include "api/python/native/package.hpp"

#include <string>

namespace duroxide::python {

namespace {

const std::string& folder_of_package() {
  static const auto* folder =
      new std::string(text_of(py::list(py::module_::import("duroxide").attr("__path__"))[0]) + "/");
  return *folder;
}

py::object attribute(py::handle object, const char* name) {
  PyObject* found = PyObject_GetAttr(object.ptr(), interned(name).ptr());
  if (found == nullptr) PyErr_Clear();
  return py::reinterpret_steal<py::object>(found);
}

// A name of a file need not be text.
std::string shown(py::handle text) {
  Py_ssize_t size = 0;
  if (const char* utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size))
    return {utf8, static_cast<std::size_t>(size)};
  PyErr_Clear();
  const auto bytes =
      py::reinterpret_steal<py::bytes>(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace"));
  if (!bytes) throw py::error_already_set();
  return bytes;
}

// No place if it is in the package.
code_location line_of_frame(PyFrameObject* frame) {
  const auto code = py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  const std::string file = shown(attribute(code, "co_filename"));
  if (file.starts_with(folder_of_package())) return {};
  const int line = PyFrame_GetLineNumber(frame);
  return code_location::make(file, line > 0 ? static_cast<std::uint32_t>(line) : 0,
                             shown(attribute(code, "co_name")));
}

}  // namespace

code_location line_of_generator(py::handle generator) {
  code_location found;
  py::object each = py::reinterpret_borrow<py::object>(generator);
  for (;;) {
    const bool is_generator = PyGen_CheckExact(each.ptr());
    if (!is_generator && !PyCoro_CheckExact(each.ptr())) return found;
    const py::object frame = attribute(each, is_generator ? "gi_frame" : "cr_frame");
    if (!frame || frame.is_none()) return found;
    const code_location here = line_of_frame(reinterpret_cast<PyFrameObject*>(frame.ptr()));
    if (here.line() != 0) found = here;
    each = attribute(each, is_generator ? "gi_yieldfrom" : "cr_await");
    if (!each) return found;
  }
}

code_location line_of_caller() {
  auto* innermost = PyEval_GetFrame();
  if (innermost == nullptr) return {};
  py::object frame = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(innermost));
  while (frame) {
    auto* here = reinterpret_cast<PyFrameObject*>(frame.ptr());
    const code_location found = line_of_frame(here);
    if (found.line() != 0) return found;
    frame = py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(PyFrame_GetBack(here)));
  }
  return {};
}

}  // namespace duroxide::python
