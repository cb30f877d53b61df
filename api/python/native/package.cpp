#include "api/python/native/package.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace duroxide::python {

package& the_package() {
  static auto* used = new package;  // never destroyed: the interpreter may be gone by then
  return *used;
}

std::string text_of(py::handle text) {
  if (!PyUnicode_Check(text.ptr())) throw py::type_error("a str was expected");
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (bytes == nullptr) throw py::error_already_set();
  return {bytes, static_cast<std::size_t>(size)};
}

// Text of others (a C++ program's) need not be UTF-8.
py::str to_python(const std::string& text) {
  PyObject* decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

namespace {

// Texts are looked up without a copy.
struct text_hash : std::hash<std::string_view> {
  using is_transparent = void;
};

}  // namespace

py::handle interned(const char* name) {
  static auto* kept = new std::unordered_map<std::string, py::object, text_hash, std::equal_to<>>;
  if (const auto known = kept->find(std::string_view(name)); known != kept->end()) return known->second;
  auto text = py::reinterpret_steal<py::object>(PyUnicode_InternFromString(name));
  if (!text) throw py::error_already_set();
  return kept->emplace(name, std::move(text)).first->second;
}

py::object loads(const std::string& json) { return invoke(the_package().loads, to_python(json)); }

std::string dumps(py::handle value) { return text_of(invoke(the_package().dumps, value)); }

namespace {

// A subinterpreter gets a copy of this module without its initialisation, and with the objects of the main one.
void require_main_interpreter() {
  if (PyInterpreterState_Get() != PyInterpreterState_Main())
    throw py::import_error("duroxide runs in the main interpreter alone, not in a subinterpreter");
}

}  // namespace

void bind_package(py::module_& module) {
  module.def(
      "use_package",
      [](py::object loads, py::object dumps, py::object failure, py::object failure_text, py::dict errors,
         py::object orchestration_context, py::object activity_context, py::object describe_error) {
        require_main_interpreter();
        the_package() = {std::move(loads),
                         std::move(dumps),
                         std::move(failure),
                         std::move(failure_text),
                         std::move(errors),
                         std::move(orchestration_context),
                         std::move(activity_context),
                         std::move(describe_error)};
      },
      py::kw_only(), py::arg("loads"), py::arg("dumps"), py::arg("failure"), py::arg("failure_text"),
      py::arg("errors"), py::arg("orchestration_context"), py::arg("activity_context"),
      py::arg("describe_error"));
}

}  // namespace duroxide::python
