#include "api/python/native/python_function.hpp"

#include <duroxide/errors.hpp>

namespace duroxide::python {

py::handle python_function::get() const {
  if (!*function_) throw infrastructure_error(error_kind::runtime_stopped, "the runtime was shut down");
  return function_->get();
}

}  // namespace duroxide::python
