#include "api/python/native/failures.hpp"

namespace duroxide::python {

namespace {

const char* class_of(const error_details& details) {
  switch (details.kind) {
  case error_kind::timed_out: return "TimedOutError";
  case error_kind::instance_not_found: return "InstanceNotFoundError";
  case error_kind::instance_terminal: return "InstanceEndedError";
  case error_kind::instance_running: return "InstanceRunningError";
  case error_kind::already_exists: return "InstanceExistsError";
  case error_kind::limit_exceeded: return "LimitError";
  default: break;
  }
  switch (details.category) {
  case error_category::configuration: return "ConfigurationError";
  case error_category::infrastructure: return "StoreError";
  default: return "DuroxideError";
  }
}

py::object exception_named(const char* name, const error_details& details) {
  return invoke(the_package().errors[name], to_python(details));
}

// What the failure of something awaited was stays what it is, if nobody caught it.
void keep_failure(error_details& details, const py::object& exception) {
  if (details.kind != error_kind::orchestration_failed) return;
  if (!py::isinstance(exception, the_package().errors["DuroxideError"])) return;
  try {
    const py::object failure = exception.attr("failure");
    if (failure.is_none()) return;
    details.category = error_category_from(failure.attr("category").cast<std::string>());
    details.kind = error_kind_from(failure.attr("kind").cast<std::string>());
    if (std::string source = failure.attr("source").cast<std::string>(); !source.empty())
      details.source = std::move(source);
  } catch (const std::exception&) {
    // An exception that somebody made by hand: it is a failure of the orchestration.
  }
}

// Begins as in Duroxide.
py::object exception_of_timeout(error_details details) {
  constexpr std::string_view begin = "timeout: ";
  if (!details.message.starts_with(begin)) details.message.insert(0, begin);
  return exception_named("TimedOutError", details);
}

}  // namespace

py::object to_python(const error_details& details) {
  return invoke(the_package().failure, std::string(to_string(details.category)),
                std::string(to_string(details.kind)), to_python(details.message), to_python(details.source),
                details.retryable, to_python(details.type), to_python(details.stack));
}

py::object exception_of_client(const error_details& details) {
  return exception_named(class_of(details), details);
}

py::object exception_of_awaited(const error_details& details, awaited what) {
  if (details.kind == error_kind::timed_out) return exception_of_timeout(details);
  if (what == awaited::activity) return exception_named("ActivityFailed", details);
  if (what == awaited::sub_orchestration) return exception_named("SubOrchestrationFailed", details);
  return exception_of_client(details);
}

py::object exception_of_filter(const filter_error& mistake) {
  py::object exception = exception_named("FilterError", mistake.details());
  exception.attr("column") = mistake.column();
  return exception;
}

void raise(const py::object& exception) { PyErr_SetObject(py::type::of(exception).ptr(), exception.ptr()); }

py::object take_exception() {
  PyObject* type = nullptr;
  PyObject* exception = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &exception, &trace);
  PyErr_NormalizeException(&type, &exception, &trace);
  if (trace != nullptr) PyException_SetTraceback(exception, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return py::reinterpret_steal<py::object>(exception);
}

py::object thrown_exception() {
  try {
    throw;
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const py::builtin_exception& e) {
    e.set_error();
  } catch (const filter_error& e) {
    return exception_of_filter(e);
  } catch (const error& e) {
    return exception_of_client(e.details());
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
  return take_exception();
}

error_details details_of(const py::object& exception, error_kind kind, const std::string& source) {
  error_details details;
  details.kind = kind;
  details.source = source;
  keep_failure(details, exception);
  try {
    auto [message, type, stack, retryable] =
        invoke(the_package().describe_error, exception)
            .cast<std::tuple<std::string, std::string, std::string, bool>>();
    details.message = std::move(message);
    details.type = std::move(type);
    details.stack = std::move(stack);
    details.retryable = retryable;
  } catch (const std::exception&) {
    details.message = Py_TYPE(exception.ptr())->tp_name;
    details.message += ": it cannot be described";
  }
  return details;
}

void translate_exceptions() {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const filter_error& e) {
      raise(exception_of_filter(e));
    } catch (const error& e) {
      raise(exception_of_client(e.details()));
    }
  });
}

}  // namespace duroxide::python
