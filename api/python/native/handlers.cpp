#include "api/python/native/handlers.hpp"

#include "api/python/native/activities.hpp"
#include "api/python/native/driver.hpp"

#include <string>

namespace duroxide::python {

namespace {

runtime& target_of(const handlers_in_python& handlers) {
  if (handlers.registered->target == nullptr)
    throw configuration_error(
        error_kind::invalid_argument,
        "handlers are registered before the runtime starts, or in the function that registers "
        "them; this one has ended");
  return *handlers.registered->target;
}

python_function kept(const handlers_in_python& handlers, py::object function) {
  return handlers.registered->functions.emplace_back(std::move(function));
}

void register_activity(const handlers_in_python& handlers, const std::string& name, py::object function) {
  runtime& target = target_of(handlers);
  target.handlers().add_activity(name, run_activity_in_python(kept(handlers, std::move(function))));
}

void register_async_activity(const handlers_in_python& handlers, const std::string& name, py::object begin,
                             std::shared_ptr<loop_queue> queue) {
  runtime& target = target_of(handlers);
  target.register_async_activity(
      name, begin_activity_in_python(kept(handlers, std::move(begin)), std::move(queue)));
}

void replace_activity(const handlers_in_python& handlers, const std::string& name, py::object function) {
  runtime& target = target_of(handlers);
  target.handlers().replace_activity(name, run_activity_in_python(kept(handlers, std::move(function))));
}

void register_orchestration(const handlers_in_python& handlers, const std::string& name,
                            const std::string& version, py::object function) {
  runtime& target = target_of(handlers);
  target.register_orchestration_handler(name, version, run_in_python(kept(handlers, std::move(function))));
}

}  // namespace

void bind_handlers(py::module_& module) {
  py::class_<handlers_in_python>(module, "Handlers")
      .def("register_activity", &register_activity)
      .def("register_async_activity", &register_async_activity)
      .def("replace_activity", &replace_activity)
      .def("register_orchestration", &register_orchestration);
}

}  // namespace duroxide::python
