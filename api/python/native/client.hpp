// Clients of Python, blocking and for event loops.
#pragma once

#include <duroxide/client.hpp>
#include "api/python/native/gil.hpp"

#include <utility>

namespace duroxide::python {

// Works through any port: of a store that is open in Python, of a running activity, of a simulation.
class client_in_python {
public:
  explicit client_in_python(client through) : through_(std::move(through)) {}

  const client& through() const noexcept { return through_; }

private:
  client through_;
};

void bind_client(py::module_& module);

}  // namespace duroxide::python
