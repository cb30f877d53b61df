#include "api/python/native/descriptor.hpp"

#include <chrono>
#include <limits>

namespace duroxide::python {

namespace {

using namespace std::chrono_literals;

std::string quoted(const char* name) { return "'" + std::string(name) + "'"; }

[[noreturn]] void throw_wrong_type(const char* name, const char* wanted, py::handle found) {
  throw py::type_error(quoted(name) + " must be " + wanted + ", not " + Py_TYPE(found.ptr())->tp_name);
}

py::handle given(py::handle descriptor, const char* name) {
  const py::handle found = member(descriptor, name);
  return found && !found.is_none() ? found : py::handle();
}

// The limits are those of Duroxide (see limits.hpp); so is what the words mean.
backoff backoff_named(const std::string& word) {
  if (word == "exponential") return backoff::exponential(100ms, 2, 30s);
  if (word == "fixed") return backoff::fixed(1s);
  if (word == "none") return backoff::none();
  return backoff::linear(100ms, 30s);
}

backoff backoff_of(py::handle spec) {
  if (PyUnicode_Check(spec.ptr())) return backoff_named(text_of(spec));
  if (!PyDict_Check(spec.ptr())) throw_wrong_type("backoff", "a str or a dict", spec);
  const std::string kind = text_member(spec, "kind");
  const duration base = optional_duration(spec, "baseMs").value_or(100ms);
  const duration limit = optional_duration(spec, "limitMs").value_or(30s);
  if (kind == "none") return backoff::none();
  if (kind == "fixed") return backoff::fixed(base);
  if (kind == "linear") return backoff::linear(base, limit);
  if (kind == "exponential")
    return backoff::exponential(base, optional_float(spec, "multiplier").value_or(2), limit);
  throw py::value_error("'kind' of a backoff must be exponential, linear, fixed or none, not '" + kind + "'");
}

}  // namespace

py::handle member(py::handle descriptor, const char* name) {
  return PyDict_GetItem(descriptor.ptr(), interned(name).ptr());
}

std::string text_member(py::handle descriptor, const char* name) {
  const py::handle found = member(descriptor, name);
  if (!found) throw py::type_error("this task has no " + quoted(name));
  if (!PyUnicode_Check(found.ptr())) throw_wrong_type(name, "a str", found);
  return text_of(found);
}

std::optional<std::string> optional_text(py::handle descriptor, const char* name) {
  if (!given(descriptor, name)) return std::nullopt;
  return text_member(descriptor, name);
}

std::optional<std::int64_t> optional_int(py::handle descriptor, const char* name) {
  const py::handle found = given(descriptor, name);
  if (!found) return std::nullopt;
  if (!PyLong_Check(found.ptr()) || PyBool_Check(found.ptr())) throw_wrong_type(name, "an int", found);
  int overflow = 0;
  const std::int64_t value = PyLong_AsLongLongAndOverflow(found.ptr(), &overflow);
  if (overflow != 0) throw py::value_error(quoted(name) + " is out of range");
  return value;
}

std::optional<double> optional_float(py::handle descriptor, const char* name) {
  const py::handle found = given(descriptor, name);
  if (!found) return std::nullopt;
  const double value = PyFloat_AsDouble(found.ptr());
  if (value == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    throw_wrong_type(name, "a number", found);
  }
  return value;
}

std::optional<bool> optional_bool(py::handle descriptor, const char* name) {
  const py::handle found = given(descriptor, name);
  if (!found) return std::nullopt;
  if (!PyBool_Check(found.ptr())) throw_wrong_type(name, "a bool", found);
  return found.ptr() == Py_True;
}

std::optional<duration> optional_duration(py::handle descriptor, const char* name) {
  const auto ms = optional_int(descriptor, name);
  if (!ms) return std::nullopt;
  if (*ms < 0) throw py::value_error(quoted(name) + " must not be negative");
  return duration(*ms);
}

std::string type_of_descriptor(py::handle task) {
  const py::handle type = PyDict_Check(task.ptr()) ? member(task, "type") : py::handle();
  if (!type)
    throw py::type_error(
        std::string("an orchestration waits only for what its context makes (activities, timers, events, "
                    "orchestrations, and combinations of them), not for this ") +
        Py_TYPE(task.ptr())->tp_name + "; everything else belongs in an activity");
  if (!PyUnicode_Check(type.ptr())) throw_wrong_type("type", "a str", type);
  return text_of(type);
}

retry_policy retry_of(py::handle task) {
  const py::handle spec = member(task, "retry");
  if (!spec || !PyDict_Check(spec.ptr())) throw py::type_error("'retry' must be a dict");
  const std::int64_t attempts = optional_int(spec, "maxAttempts").value_or(3);
  if (attempts < 1 || attempts > std::numeric_limits<std::uint32_t>::max())
    throw py::value_error("'maxAttempts' must be at least 1 and at most 4294967295");
  retry_policy policy(static_cast<std::uint32_t>(attempts));
  if (const py::handle pauses = given(spec, "backoff")) policy = policy.with_backoff(backoff_of(pauses));
  if (const auto part = optional_float(spec, "jitter")) policy = policy.with_jitter(*part);
  if (const auto limit = optional_duration(spec, "timeoutMs")) policy = policy.with_attempt_timeout(*limit);
  if (const auto limit = optional_duration(spec, "totalTimeoutMs"))
    policy = policy.with_total_timeout(*limit);
  // As in Duroxide an attempt that timed out is the last one, unless one asks for more.
  return policy.with_retry_on_timeout(optional_bool(spec, "retryOnTimeout").value_or(false));
}

}  // namespace duroxide::python
