// Labels as Python values, and back. All REQUIRE the GIL.
#pragma once

#include <duroxide/label.hpp>
#include "api/python/native/package.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace duroxide::python {

// What the package hands over: a bool, a text, a time in milliseconds, a number.
using label_argument = std::variant<bool, std::string, std::int64_t, double>;

label label_of(const std::string& name, const label_argument& value);
std::vector<label> labels_of(const std::map<std::string, label_argument>& labels);

// A str, a float, a bool, or a datetime in UTC; a str also for what cannot be read.
py::object to_python(const label& of_instance);
py::dict to_python(const std::vector<label>& labels);

}  // namespace duroxide::python
