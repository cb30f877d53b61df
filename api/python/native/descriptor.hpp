// Reading the members of a task's descriptor: a dict. All REQUIRE the GIL, and throw py::type_error or py::value_error
// with the name of the member that is missing, or not what it must be.
#pragma once

#include <duroxide/retry.hpp>
#include <duroxide/time.hpp>
#include "api/python/native/package.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::python {

py::handle member(py::handle descriptor, const char* name);  // null if there is none
std::string text_member(py::handle descriptor, const char* name);
std::optional<std::string> optional_text(py::handle descriptor, const char* name);  // also none if None
std::optional<std::int64_t> optional_int(py::handle descriptor, const char* name);
std::optional<double> optional_float(py::handle descriptor, const char* name);
std::optional<bool> optional_bool(py::handle descriptor, const char* name);
std::optional<duration> optional_duration(py::handle descriptor, const char* name);  // of milliseconds
std::string type_of_descriptor(py::handle task);

// The policy in the member "retry", a dict.
retry_policy retry_of(py::handle task);

}  // namespace duroxide::python
