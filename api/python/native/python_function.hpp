// A function of Python that handlers call, until it is let go.
#pragma once

#include "api/python/native/gil.hpp"

#include <memory>
#include <utility>

namespace duroxide::python {

// Copies are the same function. The garbage collector does not see what C++ holds: so a runtime that has been shut down
// lets its functions go, which may refer to it.
class python_function {
public:
  // REQUIRES: the GIL.
  explicit python_function(py::object function)
      : function_(std::make_shared<shared_object>(std::move(function))) {}

  // REQUIRES: the GIL. Throws infrastructure_error (runtime_stopped) when it has been let go.
  py::handle get() const;
  // REQUIRES: the GIL.
  void let_go() const { *function_ = shared_object(); }

private:
  std::shared_ptr<shared_object> function_;
};

}  // namespace duroxide::python
