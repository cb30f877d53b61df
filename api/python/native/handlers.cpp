#include "api/python/native/handlers.hpp"

#include "api/python/native/activities.hpp"
#include "api/python/native/driver.hpp"

#include <string>

namespace duroxide::python {

void bind_handlers(py::module_& module) {
  py::class_<handlers_in_python>(module, "Handlers")
      .def("register_activity",
           [](const handlers_in_python& handlers, const std::string& name, py::object function) {
             handlers.registers->handlers().add_activity(
                 name, run_activity_in_python(shared_object(std::move(function))));
           })
      .def("register_async_activity",
           [](const handlers_in_python& handlers, const std::string& name, py::object begin,
              std::shared_ptr<loop_queue> queue) {
             handlers.registers->register_async_activity(
                 name, begin_activity_in_python(shared_object(std::move(begin)), std::move(queue)));
           })
      .def("replace_activity",
           [](const handlers_in_python& handlers, const std::string& name, py::object function) {
             handlers.registers->handlers().replace_activity(
                 name, run_activity_in_python(shared_object(std::move(function))));
           })
      .def("register_orchestration", [](const handlers_in_python& handlers, const std::string& name,
                                        const std::string& version, py::object function) {
        handlers.registers->register_orchestration_handler(name, version,
                                                           run_in_python(shared_object(std::move(function))));
      });
}

}  // namespace duroxide::python
