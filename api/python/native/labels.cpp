#include "api/python/native/labels.hpp"

#include <datetime.h>

#include <chrono>
#include <stdexcept>

namespace duroxide::python {

namespace {

py::object datetime_of(timestamp time) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  PyObject* made = PyDateTimeAPI->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()) * 1000, PyDateTimeAPI->TimeZone_UTC,
      PyDateTimeAPI->DateTimeType);
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

struct value_in_python {
  py::object operator()(const std::string& text) const { return to_python(text); }
  py::object operator()(double number) const { return py::float_(number); }
  py::object operator()(bool yes) const { return py::bool_(yes); }
  py::object operator()(timestamp time) const { return datetime_of(time); }
};

}  // namespace

label label_of(const std::string& name, const label_argument& value) {
  if (const auto* yes = std::get_if<bool>(&value)) return make_label(name, *yes);
  if (const auto* ms = std::get_if<std::int64_t>(&value)) return make_label(name, timestamp(duration(*ms)));
  if (const auto* number = std::get_if<double>(&value)) return make_label(name, *number);
  return make_label(name, std::get<std::string>(value));
}

std::vector<label> labels_of(const std::map<std::string, label_argument>& labels) {
  std::vector<label> made;
  for (const auto& [name, value] : labels) made.push_back(label_of(name, value));
  return made;
}

py::object to_python(const label& of_instance) {
  // Somebody may have written rows by hand.
  try {
    return std::visit(value_in_python{}, value_of(of_instance));
  } catch (const std::invalid_argument&) {
    return to_python(of_instance.value);
  }
}

py::dict to_python(const std::vector<label>& labels) {
  py::dict row;
  for (const label& each : labels) row[to_python(each.name)] = to_python(each);
  return row;
}

}  // namespace duroxide::python
